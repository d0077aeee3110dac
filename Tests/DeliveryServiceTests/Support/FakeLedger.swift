import Contracts
import JSON
import JSONRPC
import Model
import Synchronization

@testable import DeliveryService

/// Campaign as Delivery sees it: rows by id, claimed once at a time, outcomes guarded by attempt number.
///
/// Not-before times are over at once. Rows belong to the window that claimed them, as in the ledger.
final class FakeLedger: Sendable {
    enum RowState: Equatable, Sendable { case pending, attempting, sent(String), failed(String), unknown(String) }

    struct Row: Sendable {
        var state = RowState.pending
        var attempt: Int64 = 0
        var mergeFields = "{}"
        /// The window that holds it.
        var window = ""
    }

    private struct State {
        var rows: [Int64: Row] = [:]
        var content: CampaignContent
        var disposition = ClaimedRecipients.Disposition.sending
        var deferredIDs: Set<Int64> = []
        var heldIDs: Set<Int64> = []
        var claims = 0
        var reported: [AttemptOutcome] = []
        var faults: [CampaignFault] = []
    }

    private let state: Mutex<State>

    init(rows: some Sequence<Int64>, content: CampaignContent = .fixture()) {
        var first = State(content: content)
        for id in rows { first.rows[id] = Row() }
        state = Mutex(first)
    }

    var rows: [Int64: Row] { state.withLock { $0.rows } }
    var claims: Int { state.withLock { $0.claims } }
    var reported: [AttemptOutcome] { state.withLock { $0.reported } }
    var faults: [CampaignFault] { state.withLock { $0.faults } }
    func set(_ disposition: ClaimedRecipients.Disposition) { state.withLock { $0.disposition = disposition } }
    func set(deferred: Set<Int64>, held: Set<Int64> = []) { state.withLock { ($0.deferredIDs, $0.heldIDs) = (deferred, held) } }
    func set(mergeFields: String, of id: Int64) { state.withLock { $0.rows[id]?.mergeFields = mergeFields } }
    /// The deadline of everything that is attempting passes.
    func passDeadlines() {
        state.withLock { state in
            for (id, row) in state.rows where row.state == .attempting { state.rows[id]?.state = .unknown("deadline") }
        }
    }

    var caller: InProcessCaller {
        var methods = RPCMethodTable()
        methods.on(ClaimRecipients.self) { call, _ in self.claim(call) }
        methods.on(RecordOutcomes.self) { call, _ in
            if let fault = call.fault { self.state.withLock { $0.faults.append(fault) } }
            return RecordedOutcomes(recorded: self.record(call.outcomes))
        }
        methods.on(GetRevision.self) { _, _ in self.state.withLock { $0.content } }
        return InProcessCaller(methods, as: .delivery)
    }

    private func claim(_ call: ClaimRecipients) -> ClaimedRecipients {
        state.withLock { state in
            state.claims += 1
            var claimed = ClaimedRecipients(disposition: state.disposition, revisionID: RevisionID(1))
            guard state.disposition == .sending else { return claimed }
            for id in call.recipientIDs {
                guard let row = state.rows[id] else { continue }
                if state.deferredIDs.contains(id) {
                    claimed.deferredIDs.append(id)
                    claimed.deferredSeconds = 7
                } else if state.heldIDs.contains(id) || row.state == .attempting && row.window != call.worker {
                    claimed.heldIDs.append(id)
                } else if row.state == .pending || row.state == .attempting {
                    // The window's own rows are given again: the answer may have been lost.
                    let attempt = row.state == .pending ? row.attempt + 1 : row.attempt
                    state.rows[id]?.state = .attempting
                    state.rows[id]?.attempt = attempt
                    state.rows[id]?.window = call.worker
                    claimed.recipientIDs.append(id)
                    claimed.attempts.append(attempt)
                    claimed.contactIDs.append(id + 1_000_000)
                    claimed.emails.append("person\(id)@example.com")
                    claimed.mergeFields.append(row.mergeFields)
                }
            }
            return claimed
        }
    }

    private func record(_ outcomes: [AttemptOutcome]) -> Int {
        state.withLock { state in
            state.reported += outcomes
            var recorded = 0
            for outcome in outcomes {
                guard let row = state.rows[outcome.recipientID], row.attempt == outcome.attempt, row.state == .attempting else { continue }
                state.rows[outcome.recipientID]?.state =
                    switch outcome.kind {
                    case .sent: .sent(outcome.providerMessageID)
                    case .failed: .failed(outcome.reason)
                    case .unknown: .unknown(outcome.reason)
                    case .retry: .pending
                    }
                recorded += 1
            }
            return recorded
        }
    }
}

/// A caller whose answers get lost: the first `before` calls of a method never arrive, the next `after` ones arrive and are not heard.
final class LossyCaller: RPCCaller {
    private let inner: any RPCCaller
    private let losses: Mutex<[String: (before: Int, after: Int)]>

    init(_ inner: any RPCCaller, _ losses: [String: (before: Int, after: Int)]) {
        self.inner = inner
        self.losses = Mutex(losses)
    }

    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        let loss = losses.withLock { losses -> (isBefore: Bool, isAfter: Bool) in
            guard var left = losses[Method.name] else { return (false, false) }
            defer { losses[Method.name] = left }
            if left.before > 0 {
                left.before -= 1
                return (true, false)
            }
            guard left.after > 0 else { return (false, false) }
            left.after -= 1
            return (false, true)
        }
        if loss.isBefore { throw .unavailable(reason: "away", begun: false) }
        let result = try await inner.call(method, deadline: deadline, idempotencyKey: idempotencyKey)
        if loss.isAfter { throw .unavailable(reason: "lost", begun: true) }
        return result
    }
}

extension CampaignContent {
    static func fixture(
        subject: String = "Hello {{ contact.attributes.name }}",
        previewText: String = "",
        html: String = #"<html><body><p>Hi <a href="https://example.com/x?a=1&amp;b=2">x</a></p></body></html>"#,
        text: String = "",
        strictVariables: Bool = false
    ) -> CampaignContent {
        CampaignContent(
            campaignID: CampaignID(1),
            revisionID: RevisionID(1),
            externalKey: "spring",
            scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)),
            audienceID: AudienceID(1),
            audienceSlug: "news",
            clientSlug: "shop",
            clientName: "The Shop",
            subject: subject,
            previewText: previewText,
            htmlBody: html,
            textBody: text,
            from: "The Shop <shop@example.org>",
            categoryTag: "",
            trackOpens: true,
            trackClicks: true,
            strictVariables: strictVariables,
            metadata: .object(JSONObject())
        )
    }
}
