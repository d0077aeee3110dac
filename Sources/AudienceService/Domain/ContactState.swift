import Contracts
import Model

/// The fields of a contact's own row that changes can touch; attributes are merged by the database.
struct ContactFields: Equatable, Sendable {
    var validationStatus = EmailValidationStatus.unknown
    var validationReason = ""
    var validatedAt: Timestamp?
    var hardBouncedAt: Timestamp?
    var complainedAt: Timestamp?
    var globalUnsubscribedAt: Timestamp?
}

/// A subscription's row, of a client.
struct SubscriptionFields: Equatable, Sendable {
    var status: SubscriptionStatus
    var verifiedAt: Timestamp?
    var unsubscribedAt: Timestamp?
    var unsubscribeReason = ""
    /// Where the consent came from.
    var source: String
}

/// What is stored about a contact in one audience and client.
struct ContactState: Equatable, Sendable {
    var contact = ContactFields()
    /// nil: no row in the audience.
    var tagIDs: [Int32]?
    /// nil: no row for the client.
    var subscription: SubscriptionFields?
    /// Whether the change's attributes differ from what is stored.
    var attributesChange = false
}
