import JSON
import JSONRPC
import Model

/// Stores a wish to be subscribed and mails a link that confirms it (double opt-in).
///
/// Idempotent by `requestID`. The subscription of a new contact is pending; an existing one stays as it is until the confirmation. Failures:
/// `email: required|invalid|erased`, `wording: required|too_long`, `tags…`.
package struct RequestSubscription: RPCMethod, Codable {
    package static let name = "audience.requestSubscription"
    package static let isIdempotent = true
    package typealias Result = RequestedSubscription
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var email: String
    /// Names of tags to add.
    package var tags: [String]
    package var attributes: JSONValue?
    /// What the person agreed to, as it was shown to them.
    package var wording: String
    /// Where the form stood; empty when not known.
    package var source: String
    /// The person's network, cut before it comes here; empty when not known.
    package var requestedFrom: String
    /// Random and positive; the link's token carries it.
    package var requestID: Int64
    /// The signed link of the confirm page.
    package var confirmURL: String
    /// A template of the client's own for the mail; nil uses the built-in one.
    package var templateKey: String?
    package init(
        scope: AudienceScope,
        email: String,
        tags: [String],
        attributes: JSONValue?,
        wording: String,
        source: String,
        requestedFrom: String,
        requestID: Int64,
        confirmURL: String,
        templateKey: String?
    ) {
        self.scope = scope
        self.email = email
        self.tags = tags
        self.attributes = attributes
        self.wording = wording
        self.source = source
        self.requestedFrom = requestedFrom
        self.requestID = requestID
        self.confirmURL = confirmURL
        self.templateKey = templateKey
    }
}

extension RequestSubscription {
    /// The template of the mail when the client names none.
    package static let defaultTemplate = "subscription-confirmation"

    /// The mail with the link, to an address as it is stored.
    package func mail(to email: String, audience: String, client: String) -> TransactionalSend {
        var mail = TransactionalSend(email: email, templateKey: templateKey ?? Self.defaultTemplate)
        mail.idempotencyKey = "subscription-request:\(requestID)"
        mail.context = .object(
            JSONObject([
                (key: "confirm_url", value: .string(confirmURL)), (key: "email", value: .string(email)),
                (key: "audience", value: .string(audience)), (key: "client", value: .string(client)),
                (key: "wording", value: .string(wording)),
            ])
        )
        return mail
    }
}

package struct RequestedSubscription: RPCPayload, Codable, Equatable {
    package var contact: ContactStatus
    /// False when the address may get no mail at all; then no link is sent.
    package var isMailed: Bool
    package init(contact: ContactStatus, isMailed: Bool) { self.contact = contact; self.isMailed = isMailed }
}

/// What a confirm page shows.
///
/// Changes nothing. Failures: `request: not_found`, also after the erasure of the contact.
package struct GetSubscriptionRequest: RPCMethod, Codable {
    package static let name = "audience.getSubscriptionRequest"
    package static let isRead = true
    package typealias Result = SubscriptionRequest
    package typealias Failure = ValidationFailure
    package var requestID: Int64
    package init(requestID: Int64) { self.requestID = requestID }
}

package struct SubscriptionRequest: RPCPayload, Codable, Equatable {
    package var email: String
    package var clientName: String
    package var wording: String
    package var isConfirmed: Bool
    package var isExpired: Bool
    package init(email: String, clientName: String, wording: String, isConfirmed: Bool, isExpired: Bool) {
        self.email = email
        self.clientName = clientName
        self.wording = wording
        self.isConfirmed = isConfirmed
        self.isExpired = isExpired
    }
}

/// Confirms a wish: the client subscription becomes subscribed and verified, also of somebody who had opted out before they asked.
///
/// Idempotent: the first time stays. Whoever opted out after the request stays so. Failures: `request: not_found|expired`.
package struct ConfirmSubscription: RPCMethod, Codable {
    package static let name = "audience.confirmSubscription"
    package static let isIdempotent = true
    package typealias Result = SubscriptionRequest
    package typealias Failure = ValidationFailure
    package var requestID: Int64
    /// The person's network; empty when not known.
    package var confirmedFrom: String
    package init(requestID: Int64, confirmedFrom: String) { self.requestID = requestID; self.confirmedFrom = confirmedFrom }
}
