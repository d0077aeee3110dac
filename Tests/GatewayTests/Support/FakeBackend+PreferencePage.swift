import Contracts
import JSONRPC
import Model

extension FakeBackend {
    /// What the preference page of contact 77 starts from.
    static let preferences = SubscriberPreferences(
        email: "learner@example.com",
        organizationName: "Acme",
        audienceName: "Main",
        clientName: "<App> & Co",
        clientStatus: .subscribed,
        audienceStatus: nil,
        globalUnsubscribed: false,
        marketingRefusal: nil,
        categories: []
    )

    /// The methods behind the preference page; what they change is what they show.
    static func addPreferencePage(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(UnsubscribeContact.self) { call, _ in
            state.change { state in
                state.unsubscribes.append(call)
                switch call.unsubscribeScope {
                case .client: state.preferences?.clientStatus = .unsubscribed
                case .audience: state.preferences?.audienceStatus = .unsubscribed
                case .global: state.preferences?.globalUnsubscribed = true
                }
            }
            return Empty()
        }
        methods.on(GetSubscriberPreferences.self) { call, _ in
            guard let stored = state.now.preferences, call.contactID == ContactID(77) else {
                throw ValidationFailure.field("contact", "not_found")
            }
            var shown = stored
            shown.categories = Set(call.categoryTags).union(stored.categories.map(\.tag)).sorted().map { tag in
                stored.categories.first { $0.tag == tag } ?? CategoryPreference(tag: tag, label: "The \(tag)", enabled: true)
            }
            return shown
        }
        methods.on(ResubscribeContact.self) { call, _ in
            state.change { state in
                state.contactCalls.append(call)
                switch call.subscribeScope {
                case .client: state.preferences?.clientStatus = .subscribed
                case .audience: state.preferences?.audienceStatus = .subscribed
                case .global: state.preferences?.globalUnsubscribed = false
                }
            }
            return Empty()
        }
        methods.on(PutSubscriberCategories.self) { call, _ in
            state.change { state in
                state.contactCalls.append(call)
                state.preferences?.categories = call.categories
            }
            return Empty()
        }
    }
}
