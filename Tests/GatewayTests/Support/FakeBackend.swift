import Contracts
import Cryptography
import JSON
import JSONRPC
import Model
import Synchronization

/// The services behind the gateway, with what they were asked.
final class FakeBackend: Sendable {
    struct State: Sendable {
        var events: [String: TrackingEvent] = [:]
        var recordCalls = 0
        var unsubscribes: [UnsubscribeContact] = []
        var upserts: [ContactChange] = []
        var campaignChanges: [CampaignChange] = []
        var imports: [BeginImport] = []
        var pages: [ImportPage] = []
        var bulk: UpsertListMembers?
        var listPages: [StageListMembers] = []
        var memberPages: [GetListMembers] = []
        var staged: [ImportPage] = []
        var tested: [String] = []
        var providerBodies: [String] = []
        var contactCalls: [any RPCMethod] = []
        var previews: [PreviewCampaign] = []
        /// Nil: the contact is gone.
        var preferences: SubscriberPreferences? = FakeBackend.preferences
        var sends: [SendTransactional] = []
        var batches: [SendTransactionalBatch] = []
        /// What the list holds, by contact.
        var members: [ListMemberChange] = []
        var reconciled: [ReconcileListMembers] = []
    }

    let state: SharedState
    let audience: SwitchableCaller
    let campaign: SwitchableCaller
    let delivery: SwitchableCaller
    let tracking: SwitchableCaller

    /// The state behind a lock that handlers can hold on to.
    final class SharedState: Sendable {
        private let value = Mutex(State())
        func change<Value: Sendable>(_ body: (inout State) -> Value) -> Value { value.withLock { state in body(&state) } }
        var now: State { value.withLock { $0 } }
    }

    /// - Parameters: what the key may do, empty for everything, and its requests a second.
    init(scopes: [String] = [], rateLimit: Int? = nil, tracking more: (inout RPCMethodTable) -> Void = { _ in }) {
        let state = SharedState()
        self.state = state
        audience = SwitchableCaller(
            Self.audience(state, AuthenticatedKey(keyID: APIKeyID(1), client: Self.identity, scopes: scopes, rateLimit: rateLimit))
        )
        campaign = SwitchableCaller(Self.campaign(state))
        delivery = SwitchableCaller(Self.delivery(state))
        var trackingMethods = Self.tracking(state)
        more(&trackingMethods)
        tracking = SwitchableCaller(trackingMethods)
    }

    var events: [TrackingEvent] { Array(state.now.events.values) }

    private static func tracking(_ state: SharedState) -> RPCMethodTable {
        var methods = RPCMethodTable()
        addEvents(&methods, state)
        methods.on(RecordEvents.self) { call, _ in
            let new = state.change { state in
                state.recordCalls += 1
                let before = state.events.count
                for event in call.events { state.events[event.eventID] = event }
                return state.events.count - before
            }
            return RecordedEvents(stored: new)
        }
        return methods
    }

    private static func delivery(_ state: SharedState) -> RPCMethodTable {
        var methods = RPCMethodTable()
        addMessages(&methods, state)
        addExport(&methods, state)
        addTransactional(&methods, state)
        methods.on(PreviewCampaign.self) { call, _ in
            state.change { $0.previews.append(call) }
            return RenderedCampaign(subject: call.content.subject, previewText: "pre", htmlBody: "<p>Hello</p>", textBody: "Hello")
        }
        methods.on(EnqueueProviderEvents.self) { call, _ in
            state.change { $0.providerBodies += call.bodies }
            return Empty()
        }
        methods.on(SendCampaignTest.self) { call, _ in
            state.change { $0.tested = call.emails }
            return CampaignTestResult(recipients: call.emails.map { CampaignTestRecipient(email: $0, messageID: "m-1", error: "") })
        }
        return methods
    }
}
