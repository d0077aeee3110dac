import CoreMetrics
import JSONRPC
import Logging
import Postgres
import ServiceLifecycle

extension OutboxPusher {
    private static let pageSize = 32

    /// Pushes what waits for one destination in order; ends when nothing does.
    func push(to destination: String) async throws {
        guard let service = ServiceName(rawValue: destination) else {
            return try await moveAside(destination: destination)
        }
        let caller = caller(service)
        var backoff = Backoff(first: limits.firstPause, last: limits.lastPause)
        var head = HeadItem()
        while !isStopping {
            let page = try await outbox.table.page(of: destination, limit: Self.pageSize, in: database)
            if page.isEmpty { return }
            guard let failure = try await push(page, with: caller) else {
                backoff.reset()
                continue
            }
            let isDead = head.note(failure.answer, of: failure.id, limits: limits)
            try await report(failure, to: destination, isDead: isDead, attempt: head.count)
            if !isDead { await pause(backoff.advance()) }
        }
    }

    struct Failure {
        var id: Int64
        var method: String
        var answer: OutboxAnswer
    }

    /// - Returns: the first item that did not go and why; what went before it is deleted.
    private func push(_ page: [OutboxItem], with caller: any RPCCaller) async throws -> Failure? {
        var delivered: [Int64] = []
        var failure: Failure?
        for item in page {
            if isStopping { break }
            let answer = await call(item, with: caller)
            guard case .done(let result) = answer else {
                failure = Failure(id: item.id, method: item.method, answer: answer)
                break
            }
            if let onResult {
                if let answer = try await settle(item, result, with: onResult) {
                    failure = Failure(id: item.id, method: item.method, answer: answer)
                    break
                }
            } else {
                delivered.append(item.id)
            }
            pushed.increment()
        }
        if !delivered.isEmpty { try await outbox.table.delete(delivered, in: database) }
        return failure
    }

    /// - Returns: nil when the result was taken and the item deleted in one transaction.
    private func settle(_ item: OutboxItem, _ result: String, with onResult: ResultHandler) async throws -> OutboxAnswer? {
        do {
            try await database.transaction { transaction in
                try await onResult(item.method, RawJSONText(item.params), RawJSONText(result), transaction)
                try await outbox.table.delete([item.id], in: transaction)
            }
            return nil
        } catch let error as PostgresError {
            throw error
        } catch {
            return .failed("the result was not taken: \(type(of: error))")
        }
    }

    private func call(_ item: OutboxItem, with caller: any RPCCaller) async -> OutboxAnswer {
        let key = "\(outbox.service.schema):\(item.id)"
        if let client = caller as? RPCClient {
            do {
                let params = OutboxParams.adding(idempotencyKey: key, to: item.params)
                let answer = try await client.callRaw(method: item.method, params: ArraySlice(params.utf8))
                return OutboxAnswer(result: answer.result, error: answer.error)
            } catch let error as RPCCallError<NoFailure> {
                return OutboxAnswer(error)
            } catch {
                return .away("\(type(of: error))")
            }
        }
        guard let call = OutboxMethods.shared[item.method] else { return .away("this process does not know the method") }
        return await call(caller, item.params, key)
    }

    private func report(_ failure: Failure, to destination: String, isDead: Bool, attempt: Int) async throws {
        let reason: String
        let metadata: Logger.Metadata = [
            "item": "\(failure.id)", "method": "\(failure.method)", "destination": "\(destination)", "attempt": "\(attempt)",
        ]
        switch failure.answer {
        case .done: return
        case .away(let text):
            reason = text
            logger.debug("outbox destination is away", metadata: metadata.merging(["reason": "\(text)"]) { first, _ in first })
        case .declined(let text), .refused(let text), .failed(let text):
            reason = text
            logger.error("outbox item was refused", metadata: metadata.merging(["reason": "\(text)"]) { first, _ in first })
        }
        try await outbox.table.noteFailure(of: failure.id, reason: String(reason.prefix(500)), isDead: isDead, in: database)
        if isDead { logger.error("outbox item was moved aside", metadata: metadata) }
    }

    /// A destination that no service has: an item of another version of the product.
    private func moveAside(destination: String) async throws {
        for item in try await outbox.table.page(of: destination, limit: Self.pageSize, in: database) {
            let failure = Failure(id: item.id, method: item.method, answer: .refused("no such destination"))
            try await report(failure, to: destination, isDead: true, attempt: 1)
        }
    }

    /// Waits, but no longer than the service lives.
    private func pause(_ duration: Duration) async {
        try? await cancelWhenGracefulShutdown { try await Task.sleep(for: duration) }
    }
}
