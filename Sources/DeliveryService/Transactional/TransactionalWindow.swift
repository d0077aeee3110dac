import Contracts
import JSONRPC
import Logging
import Model
import Postgres

/// Carries received messages to the provider: loads them, asks Audience about each at this moment, takes tokens, claims, sends, records.
struct TransactionalWindow: Sendable {
    /// A longer wait for the rate is spent in the queue.
    static let longestWait = Duration.seconds(10)

    let database: PostgresPool
    let queue: any MessageQueue
    let audience: any RPCCaller
    let limiter: AccountRateKeeper
    let transport: any MailTransport
    let mail: TransactionalMail
    let recorder: MessageRecorder
    let workerName: String
    let logger: Logger

    /// Never throws: what cannot be done now comes back when the lease runs out.
    ///
    /// - Parameter ended: called with the number of messages that need no place any more.
    func run(_ messages: [ReceivedMessage], ended: @escaping @Sendable (Int) -> Void) async {
        let started = MessageCount()
        do {
            try await send(try await due(messages)) { count in
                started.add(count)
                return ended
            }
        } catch {
            logger.warning("transactional messages wait for their lease", metadata: ["error": "\(error)"])
        }
        ended(messages.count - started.now)
    }

    private func send(_ due: [TransactionalWork], _ start: @Sendable (Int) -> @Sendable (Int) -> Void) async throws {
        var rest = due[...]
        let begun = ContinuousClock.now
        try await withThrowingDiscardingTaskGroup { group in
            while !rest.isEmpty {
                let wanted = rest.reduce(0) { $0 + $1.row.recipientCount }
                switch try await limiter.current.take(wanted, for: .transactional) {
                case .wait(let seconds, _) where Duration.seconds(seconds) > Self.longestWait || ContinuousClock.now - begun > Self.longestWait:
                    try await putOff(rest.map(\.message), seconds: Int64(min(max(seconds, 1), 900).rounded(.up)))
                    return
                case .wait(let seconds, _): try await Task.sleep(for: .seconds(min(max(seconds, 0.01), 1)))
                case .tokens(let count):
                    let window = Self.prefix(rest, tokens: count)
                    rest = rest.dropFirst(window.count)
                    try await begin(Array(window), tokens: count, in: &group, start)
                }
            }
        }
    }

    /// As many as the tokens pay for, at least one.
    private static func prefix(_ rest: ArraySlice<TransactionalWork>, tokens: Int) -> ArraySlice<TransactionalWork> {
        var left = tokens
        var count = 0
        for work in rest {
            left -= work.row.recipientCount
            if count > 0, left < 0 { break }
            count += 1
        }
        return rest.prefix(count)
    }

    private func begin(
        _ works: [TransactionalWork],
        tokens: Int,
        in group: inout ThrowingDiscardingTaskGroup<any Error>,
        _ start: @Sendable (Int) -> @Sendable (Int) -> Void
    ) async throws {
        let latest = ContinuousClock.now + WindowSender.latestStart
        guard let refusals = await refusals(works) else {
            try? await limiter.current.giveBack(tokens)
            return try await putOff(works.map(\.message), seconds: 2)
        }
        let claim = ClaimMessages(ids: works.map(\.row.id), refusals: refusals, worker: workerName)
        let claimed = Dictionary(try await database.run(claim).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let open = MessageCount(claimed.count)
        var used = 0
        for work in works {
            guard let attempt = claimed[work.row.id] else { continue }
            used += work.row.recipientCount
            let ended = start(1)
            group.addTask {
                await sendOne(work, attempt: attempt.attempt, latest: latest)
                if open.leave() { recorder.close(attempt.windowID) }
                ended(1)
            }
        }
        if tokens > used { try? await limiter.current.giveBack(tokens - used) }
        let over = works.filter { claimed[$0.row.id] == nil }.map(\.message)
        if !over.isEmpty { try? await queue.deleteAll(over) }
    }

    /// Who may not be mailed at this moment; nil while Audience is away.
    private func refusals(_ works: [TransactionalWork]) async -> [String]? {
        var check = CheckTransactional()
        for work in works {
            check.organizationIDs.append(work.row.organizationID)
            check.clientIDs.append(work.row.clientID)
            check.contactIDs.append(work.row.contactID)
            check.audienceIDs.append(work.row.audienceID)
            check.categoryTags.append(work.row.categoryTag)
        }
        do {
            let reasons = try await audience.call(check, deadline: .seconds(5), idempotencyKey: nil).reasons
            return reasons.count == works.count ? reasons : nil
        } catch {
            logger.debug("transactional mail waits for Audience", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func sendOne(_ work: TransactionalWork, attempt: Int32, latest: ContinuousClock.Instant) async {
        var outcome = MessageOutcome(messageID: work.row.id, attempt: attempt, kind: .sent)
        do {
            var message = try mail.message(work.row, attempt: attempt)
            message.latestStart = latest
            let result = message.isInTime ? await transport.send(message) : .tooLate
            await follow(result, &outcome)
        } catch {
            outcome.kind = .failed
            outcome.reason = "the message cannot be built: \(error)"
        }
        outcome.reason = WindowSender.storable(outcome.reason)
        await recorder.record(outcome, of: work.message)
    }

    private func follow(_ result: SendResult, _ outcome: inout MessageOutcome) async {
        switch result {
        case .accepted(let messageID): outcome.providerMessageID = messageID.utf8.count > 250 ? "" : WindowSender.storable(messageID)
        case .refused(let reason): (outcome.kind, outcome.reason) = (.failed, reason)
        case .unknown(let reason): (outcome.kind, outcome.reason) = (.unknown, reason)
        case .notSent(let reason, let hold):
            (outcome.kind, outcome.reason) = (.retry, reason)
            switch hold {
            case .message(let seconds): outcome.delaySeconds = min(seconds << Int64(min(max(outcome.attempt - 1, 0), 8)), 300)
            case .throttle:
                outcome.delaySeconds = 1
                try? await limiter.current.slowDown()
            case .account(let seconds):
                outcome.delaySeconds = seconds
                try? await limiter.current.block(seconds: seconds, reason: WindowSender.storable(reason))
            }
            if outcome.attempt >= 20 {
                outcome.kind = .failed
                outcome.reason = "given up after \(outcome.attempt) attempts: \(reason)"
            }
        }
    }
}
