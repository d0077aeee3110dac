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
    var content = ContentBudget()
    let workerName: String
    let logger: Logger

    /// Never throws: what cannot be done now comes back when the lease runs out.
    ///
    /// - Parameter ended: called with the number of messages that need no place any more.
    func run(_ messages: [ReceivedMessage], ended: @escaping @Sendable (Int) -> Void) async {
        let started = MessageCount()
        do {
            await send(try await due(messages)) { count in
                started.add(count)
                return ended
            }
        } catch {
            logger.warning("transactional messages wait for their lease", metadata: ["error": "\(error)"])
        }
        ended(messages.count - started.now)
    }

    /// Never throws: an error out of the group would cancel what is on its way, and a POST that is cut leaves an unknown end.
    private func send(_ due: [TransactionalWork], _ start: @Sendable (Int) -> @Sendable (Int) -> Void) async {
        var rest = due[...]
        await withDiscardingTaskGroup { group in
            do {
                try await begin(&rest, in: &group, start)
            } catch {
                logger.warning("transactional messages are put off", metadata: ["count": "\(rest.count)", "error": "\(error)"])
                // Where even that fails they come back when their lease runs out.
                try? await putOff(rest.map(\.message), seconds: 2)
            }
        }
    }

    /// Begins one message after the other as room and rate allow; what `rest` still holds at the end, or at an error, was not begun.
    private func begin(
        _ rest: inout ArraySlice<TransactionalWork>,
        in group: inout DiscardingTaskGroup,
        _ start: @Sendable (Int) -> @Sendable (Int) -> Void
    ) async throws {
        let begun = ContinuousClock.now
        while !rest.isEmpty {
            let isLate = ContinuousClock.now - begun > Self.longestWait
            let fitting = rest.prefix(content.take(rest.lazy.map(\.bytes)))
            var window = fitting[..<fitting.startIndex]
            defer { for work in fitting.dropFirst(window.count) { content.giveBack(work.bytes) } }
            guard !fitting.isEmpty else {
                if isLate { return try await putOff(rest.map(\.message), seconds: 1) }
                try await Task.sleep(for: .milliseconds(20))
                continue
            }
            switch try await limiter.current.take(fitting.reduce(0) { $0 + $1.recipientCount }, for: .transactional) {
            case .wait(let seconds, _) where isLate || Duration.seconds(seconds) > Self.longestWait:
                return try await putOff(rest.map(\.message), seconds: Int64(min(max(seconds, 1), 900).rounded(.up)))
            case .wait(let seconds, _): try await Task.sleep(for: .seconds(min(max(seconds, 0.01), 1)))
            case .tokens(let count):
                window = Self.prefix(fitting, tokens: count)
                try await begin(Array(window), tokens: count, in: &group, start)
                rest = rest.dropFirst(window.count)
            }
        }
    }

    /// As many as the tokens pay for, at least one.
    private static func prefix(_ rest: ArraySlice<TransactionalWork>, tokens: Int) -> ArraySlice<TransactionalWork> {
        var left = tokens
        var count = 0
        for work in rest {
            left -= work.recipientCount
            if count > 0, left < 0 { break }
            count += 1
        }
        return rest.prefix(count)
    }

    /// A message with its content, of which an attempt has begun.
    private struct ClaimedWork: Sendable {
        var work: TransactionalWork
        var row: TransactionalRow
        var claim: ClaimMessages.Output
    }

    /// Takes over the room of these messages; each gives its own back at its end.
    private func begin(
        _ works: [TransactionalWork],
        tokens: Int,
        in group: inout DiscardingTaskGroup,
        _ start: @Sendable (Int) -> @Sendable (Int) -> Void
    ) async throws {
        let latest = ContinuousClock.now + WindowSender.latestStart
        var claimed: [ClaimedWork] = []
        defer {
            let begun = Set(claimed.map(\.work.id))
            for work in works where !begun.contains(work.id) { content.giveBack(work.bytes) }
        }
        claimed = try await claim(works, tokens: tokens)
        let open = MessageCount(claimed.count)
        for item in claimed {
            let ended = start(1)
            group.addTask {
                await sendOne(item, latest: latest)
                if open.leave() { recorder.close(item.claim.windowID) }
                content.giveBack(item.work.bytes)
                ended(1)
            }
        }
    }

    /// Loads the messages and begins an attempt of each that still waits and may be mailed; the others are finished, or all put off while
    /// Audience is away.
    private func claim(_ works: [TransactionalWork], tokens: Int) async throws -> [ClaimedWork] {
        let rows = try await database.run(LoadMessages(ids: works.map(\.id)))
        guard let refusals = await refusals(rows) else {
            try? await limiter.current.giveBack(tokens)
            try await putOff(works.map(\.message), seconds: 2)
            return []
        }
        let claims = try await database.run(ClaimMessages(ids: rows.map(\.id), refusals: refusals, worker: workerName))
        let claimByID = Dictionary(claims.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rowByID = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let claimed = works.compactMap { work -> ClaimedWork? in
            guard let claim = claimByID[work.id], let row = rowByID[work.id] else { return nil }
            return ClaimedWork(work: work, row: row, claim: claim)
        }
        let used = claimed.reduce(0) { $0 + $1.work.recipientCount }
        if tokens > used { try? await limiter.current.giveBack(tokens - used) }
        let over = works.filter { claimByID[$0.id] == nil }.map(\.message)
        if !over.isEmpty { try? await queue.deleteAll(over) }
        return claimed
    }

    /// Who may not be mailed at this moment; nil while Audience is away.
    private func refusals(_ rows: [TransactionalRow]) async -> [String]? {
        var check = CheckTransactional()
        for row in rows {
            check.organizationIDs.append(row.organizationID)
            check.clientIDs.append(row.clientID)
            check.contactIDs.append(row.contactID)
            check.audienceIDs.append(row.audienceID)
            check.categoryTags.append(row.categoryTag)
        }
        do {
            let reasons = try await audience.call(check, deadline: .seconds(5), idempotencyKey: nil).reasons
            return reasons.count == rows.count ? reasons : nil
        } catch {
            logger.debug("transactional mail waits for Audience", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func sendOne(_ item: ClaimedWork, latest: ContinuousClock.Instant) async {
        var outcome = MessageOutcome(messageID: item.row.id, attempt: item.claim.attempt, kind: .sent)
        do {
            var message = try mail.message(item.row, attempt: item.claim.attempt)
            message.latestStart = latest
            let result = message.isInTime ? await transport.send(message) : .tooLate
            await follow(result, &outcome)
        } catch {
            outcome.kind = .failed
            outcome.reason = "the message cannot be built: \(error)"
        }
        outcome.reason = WindowSender.storable(outcome.reason)
        await recorder.record(outcome, of: item.work.message)
    }
}
