import JSON
import JSONRPC
import Model

/// One message of the client with its events, newest first (at most 1,000).
///
/// Idempotent. Failure: `message_id: not_found`.
package struct GetTransactionalMessage: RPCMethod, Codable {
    package static let name = "delivery.getMessage"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = TransactionalMessageDetail
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var messageID: TransactionalMessageID
    package init(scope: ClientScope, messageID: TransactionalMessageID) { self.scope = scope; self.messageID = messageID }
}

/// Takes back a message that has not begun to be sent.
///
/// Idempotent: one that is cancelled stays so. Failures: `message_id: not_found`, `status: not_cancellable`.
package struct CancelTransactionalMessage: RPCMethod, Codable {
    package static let name = "delivery.cancelMessage"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = TransactionalMessageDetail
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var messageID: TransactionalMessageID
    package init(scope: ClientScope, messageID: TransactionalMessageID) { self.scope = scope; self.messageID = messageID }
}

/// The messages of one contact that this client sent, newest first, without their metadata.
///
/// Idempotent.
package struct ContactMessages: RPCMethod, Codable {
    package static let name = "delivery.contactMessages"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = TransactionalMessagePage
    package var scope: ClientScope
    package var contactID: ContactID
    /// From 1 to 1,000.
    package var limit: Int
    /// Smaller ids only; nil starts at the newest.
    package var before: TransactionalMessageID?
    package init(scope: ClientScope, contactID: ContactID, limit: Int, before: TransactionalMessageID? = nil) {
        self.scope = scope
        self.contactID = contactID
        self.limit = limit
        self.before = before
    }
}

/// Removes what tells of a person from all messages of the contact, and the address from the copies of others' messages.
///
/// Messages of the contact that wait are not sent any more. Idempotent: what is anonymous is not counted again.
package struct EraseContactMessages: RPCMethod, Codable {
    package static let name = "delivery.eraseContact"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .audience, .operator]
    package typealias Result = ErasedMessages
    package var organizationID: OrganizationID
    package var contactID: ContactID
    /// Normalised; nil leaves the copies of others' messages.
    package var email: String?
    package init(organizationID: OrganizationID, contactID: ContactID, email: String? = nil) {
        self.organizationID = organizationID
        self.contactID = contactID
        self.email = email
    }
}

package struct ErasedMessages: RPCPayload, Codable, Equatable {
    /// Of the contact.
    package var messages: Int64
    package var events: Int64
    package init(messages: Int64, events: Int64) { self.messages = messages; self.events = events }
}

package struct TransactionalMessagePage: RPCPayload, Codable, Equatable {
    package var messages: [TransactionalMessage]
    package init(messages: [TransactionalMessage]) { self.messages = messages }
}

package struct TransactionalMessageDetail: RPCPayload, Codable, Equatable {
    package var message: TransactionalMessage
    package var events: [TransactionalEvent]
    package init(message: TransactionalMessage, events: [TransactionalEvent]) { self.message = message; self.events = events }
}

/// A message as history and status show it.
package struct TransactionalMessage: Codable, Equatable, Sendable {
    package var id: TransactionalMessageID
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var email: String
    package var senderID: String
    package var sender: String
    package var templateKey: String
    package var status: TransactionalStatus
    package var skipReason: String
    package var subject: String
    package var sendAt: Timestamp?
    package var sentAt: Timestamp?
    package var deliveredAt: Timestamp?
    package var firstOpenedAt: Timestamp?
    package var firstClickedAt: Timestamp?
    package var openCount: Int64
    package var clickCount: Int64
    package var lastError: String
    package var contactID: ContactID
    package var idempotencyKey: String
    package var providerMessageID: String
    /// Empty: it was sent outside any audience.
    package var audienceSlug: String
    package var metadata: JSONValue
    package init(
        id: TransactionalMessageID,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        email: String,
        senderID: String,
        sender: String,
        templateKey: String,
        status: TransactionalStatus,
        skipReason: String,
        subject: String,
        sendAt: Timestamp?,
        sentAt: Timestamp?,
        deliveredAt: Timestamp?,
        firstOpenedAt: Timestamp?,
        firstClickedAt: Timestamp?,
        openCount: Int64,
        clickCount: Int64,
        lastError: String,
        contactID: ContactID,
        idempotencyKey: String,
        providerMessageID: String,
        audienceSlug: String,
        metadata: JSONValue
    ) {
        self.id = id
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.email = email
        self.senderID = senderID
        self.sender = sender
        self.templateKey = templateKey
        self.status = status
        self.skipReason = skipReason
        self.subject = subject
        self.sendAt = sendAt
        self.sentAt = sentAt
        self.deliveredAt = deliveredAt
        self.firstOpenedAt = firstOpenedAt
        self.firstClickedAt = firstClickedAt
        self.openCount = openCount
        self.clickCount = clickCount
        self.lastError = lastError
        self.contactID = contactID
        self.idempotencyKey = idempotencyKey
        self.providerMessageID = providerMessageID
        self.audienceSlug = audienceSlug
        self.metadata = metadata
    }
}

/// One entry of a message's timeline.
package struct TransactionalEvent: Codable, Equatable, Sendable {
    package var id: Int64
    package var createdAt: Timestamp
    package var occurredAt: Timestamp
    /// One of the event values of API.md section 2.
    package var type: String
    package var metadata: JSONValue
    package init(id: Int64, createdAt: Timestamp, occurredAt: Timestamp, type: String, metadata: JSONValue) {
        self.id = id
        self.createdAt = createdAt
        self.occurredAt = occurredAt
        self.type = type
        self.metadata = metadata
    }
}
