import Contracts
import JSON
import JSONRPC
import Model
import Synchronization

/// Audience as Campaign sees it: contacts in order, who is refused now, and senders.
///
/// Counts its calls; fails pages when told.
final class FakeAudience: Sendable {
    struct State {
        var contacts: [(id: Int64, email: String, skipReason: String)] = []
        var refusals: [Int64: SkipReason] = [:]
        var senders = [Sender(id: "news", email: "News <news@example.com>")]
        var pageSize = 1_000
        /// Pages (by their number, from 0) that are answered with an internal error.
        var failingPages: Set<Int> = []
        var selectionFailure: ValidationFailure?
        var pageCalls = 0
        var eligibilityCalls = 0
        var attributeNames: [String]?
        var unsubscribes: [UnsubscribeContact] = []
        var segments: [String: JSONValue] = [:]
        var lists: Set<String> = []
        /// The last question for a page.
        var asked: CampaignCandidates?
        /// Runs inside an eligibility call: what happens while Campaign waits.
        var whileAsked: (@Sendable () async throws -> Void)?
    }

    struct Away: Error {}

    let state = Mutex(State())

    func add(_ count: Int, skipping reasons: [Int: SkipReason] = [:]) {
        state.withLock { state in
            let first = Int64(state.contacts.count) + 1
            for index in 0..<count {
                let id = first + Int64(index)
                state.contacts.append((id, "person\(id)@example.com", reasons[index]?.rawValue ?? ""))
            }
        }
    }

    var caller: any RPCCaller {
        var methods = RPCMethodTable()
        methods.on(GetSenders.self) { request, _ in
            self.state.withLock { state in
                ClientSenders(
                    client: ClientIdentity(
                        organizationID: request.scope.organizationID,
                        organizationSlug: "org",
                        clientID: request.scope.clientID,
                        clientSlug: "app",
                        clientName: "The App"
                    ),
                    defaultSenderID: state.senders.first?.id,
                    senders: state.senders
                )
            }
        }
        methods.on(GetSegment.self) { request, _ in
            guard let rules = self.state.withLock({ $0.segments[request.key] }) else { throw ValidationFailure.field("key", "not_found") }
            let moment = Timestamp(microseconds: 0)
            return Segment(key: request.key, name: request.key, rules: rules, createdAt: moment, updatedAt: moment)
        }
        methods.on(CampaignCandidates.self) { request, _ in try self.page(request) }
        methods.on(CheckEligibility.self) { request, _ in
            let hook = self.state.withLock { state in
                state.eligibilityCalls += 1
                return state.whileAsked
            }
            try await hook?()
            return self.state.withLock { state in
                let refused = request.contactIDs.compactMap { id in state.refusals[id].map { (id, $0) } }
                return EligibilityRefusals(contactIDs: refused.map(\.0), reasons: refused.map(\.1))
            }
        }
        methods.on(UnsubscribeContact.self) { request, _ in
            self.state.withLock { $0.unsubscribes.append(request) }
            return Empty()
        }
        return InProcessCaller(methods, as: .campaign)
    }

    private func page(_ request: CampaignCandidates) throws -> CandidatePage {
        try state.withLock { state in
            if let key = request.recipientListKey, !key.isEmpty, !state.lists.contains(key) {
                throw ValidationFailure.field("recipient_list_key", "not_found")
            }
            state.asked = request
            let number = state.pageCalls
            state.pageCalls += 1
            state.attributeNames = request.attributeNames
            if state.failingPages.remove(number) != nil { throw Away() }
            if let failure = state.selectionFailure { throw failure }
            let left = state.contacts.filter { $0.id > request.after.rawValue }
            let page = left.prefix(min(request.limit, state.pageSize))
            return CandidatePage(
                contactIDs: page.map(\.id),
                emails: page.map(\.email),
                skipReasons: page.map(\.skipReason),
                mergeFields: page.map { "{\"attributes\":{\"first_name\":\"tab\\tname \($0.id)\"}}" },
                next: page.count < left.count ? page.last.map { ContactID($0.id) } : nil
            )
        }
    }
}
