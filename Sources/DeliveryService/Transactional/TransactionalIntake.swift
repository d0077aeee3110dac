import Contracts
import JSONRPC
import Model
import Postgres

/// Accepts requests to send: what comes at the same time shares one question to Audience and one commit.
final class TransactionalIntake: Sendable {
    private let groups: GroupCommit<PendingSend, TransactionalReceipt>

    /// - Parameter accepted: called after each commit that put messages into the queue.
    init(database: PostgresPool, audience: any RPCCaller, templates: TemplateCache, accepted: @escaping @Sendable () -> Void) {
        let group = AcceptGroup(database: database, audience: audience, templates: templates, accepted: accepted)
        groups = GroupCommit { sends in await group.run(sends) }
    }

    var isBusy: Bool { groups.isBusy }

    func accept(_ send: TransactionalSend, scope: ClientScope, dryRun: Bool) async throws -> TransactionalReceipt {
        let pending = PendingSend(scope: scope, send: send, dryRun: dryRun, now: .now())
        return try await groups.run(pending, size: pending.size)
    }

    /// Each for itself; the order of the results is that of the messages.
    func acceptAll(_ sends: [TransactionalSend], scope: ClientScope) async throws -> [TransactionalResult] {
        try await withThrowingTaskGroup(of: (Int, TransactionalResult).self) { group in
            for (index, send) in sends.enumerated() {
                group.addTask {
                    do {
                        return (index, TransactionalResult(receipt: try await self.accept(send, scope: scope, dryRun: false)))
                    } catch let failure as ValidationFailure {
                        return (index, TransactionalResult(failure: failure))
                    }
                }
            }
            var results = [TransactionalResult](repeating: TransactionalResult(), count: sends.count)
            for try await (index, result) in group { results[index] = result }
            return results
        }
    }
}
