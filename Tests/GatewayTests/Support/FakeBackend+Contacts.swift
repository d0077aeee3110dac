import Contracts
import JSON
import JSONRPC
import Model

extension FakeBackend {
    /// The methods about contacts, which remember what they were asked.
    static func addContacts(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(GetContact.self) { call, _ in try contact(call, call.contactID, state) }
        methods.on(SetContactVerification.self) { call, _ in try contact(call, call.contactID, state) }
        methods.on(SetContactValidation.self) { call, _ in try contact(call, call.contactID, state) }
        methods.on(SetContactSuppression.self) { call, _ in try contact(call, call.contactID, state) }
        methods.on(SetContactTags.self) { call, _ in try contact(call, call.contactID, state) }
        methods.on(SubscribeContact.self) { call, _ in try contact(call, ContactID(1), state) }
        methods.on(UnsubscribeAddress.self) { call, _ in try contact(call, ContactID(1), state) }
        methods.on(ListContacts.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            let next = call.after.rawValue == 0 ? ContactID(7) : nil
            return ContactPage(contacts: [status("learner@example.com", id: 7)], next: next)
        }
        methods.on(ExportContacts.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            let page = call.after.rawValue
            if page == 2, call.filter.tags == ["broken"] { throw ValidationFailure.field("tags", "invalid") }
            return ContactCSVPage(csv: "u\(page)@example.com,main\r\n", next: page < 3 ? ContactID(page + 1) : nil)
        }
        addConsent(&methods, state)
        addConfirmation(&methods, state)
        methods.on(EraseContact.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            let id = call.email.hasPrefix("unknown") ? nil : ContactID(1)
            return ErasedContact(email: call.email, contactID: id, counts: ["contact_tags_deleted": 2], pending: [])
        }
    }

    /// 1 waits, 2 is confirmed, 3 has expired; others are nobody's.
    private static func addConfirmation(_ methods: inout RPCMethodTable, _ state: SharedState) {
        @Sendable func request(_ id: Int64) throws -> SubscriptionRequest {
            guard (1...3).contains(id) else { throw ValidationFailure.field("request", "not_found") }
            return SubscriptionRequest(
                email: "ann@example.org",
                clientName: "App <1>",
                wording: "Send me <b>news</b>",
                isConfirmed: id == 2,
                isExpired: id == 3
            )
        }
        methods.on(RequestSubscription.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            return RequestedSubscription(contact: status(call.email, id: 1), isMailed: true)
        }
        methods.on(GetSubscriptionRequest.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            return try request(call.requestID)
        }
        methods.on(ConfirmSubscription.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            guard call.requestID != 3 else { throw ValidationFailure.field("request", "expired") }
            return try request(call.requestID)
        }
    }

    private static func addConsent(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(GetPreferences.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            return ContactPreferences(email: call.email, categories: [], globalUnsubscribed: false, suppressionReasons: [])
        }
        methods.on(PutPreferences.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            guard !call.email.hasPrefix("suppressed") else {
                throw ValidationFailure.field("categories", "suppressed_contact_cannot_be_enabled")
            }
            return ContactPreferences(
                email: call.email,
                categories: call.categories,
                globalUnsubscribed: false,
                suppressionReasons: []
            )
        }
        methods.on(ListSuppressions.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            return SuppressionPage(suppressions: [suppression("a@example.com")], next: ContactID(9))
        }
        methods.on(AddSuppression.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            return suppression(call.email)
        }
        methods.on(RemoveSuppression.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            guard !call.email.hasPrefix("unknown") else { throw ValidationFailure.field("email", "not_found") }
            return Suppression(contactID: ContactID(1), email: call.email, entries: [])
        }
        methods.on(ExplainContact.self) { call, _ in
            state.change { $0.contactCalls.append(call) }
            return ContactExplanation(
                contact: status(call.email, id: 1),
                marketingRefusals: [.complaint, .clientUnsubscribe],
                transactionalRefusals: [.complaint],
                facts: [RefusalFact(reason: .complaint, since: time, detail: "by phone")],
                consents: []
            )
        }
    }

    private static func suppression(_ email: String) -> Suppression {
        Suppression(
            contactID: ContactID(1),
            email: email,
            entries: [Suppression.Entry(kind: .complaint, since: time, reason: "by phone")]
        )
    }

    private static func contact(_ call: any RPCMethod, _ id: ContactID, _ state: SharedState) throws -> ContactStatus {
        state.change { $0.contactCalls.append(call) }
        guard id.rawValue < 1_000 else { throw ValidationFailure.field("contact_id", "not_found") }
        return status("learner@example.com", id: id.rawValue)
    }
}
