import JSON
import JSONRPC
import Model

/// Accepts one transactional message: it is answered when message, event and queue entry are one committed transaction.
///
/// Idempotent by (client, idempotency key): a repetition answers with the first message, also while the first is still being accepted;
/// with another body it fails. A dry run stores nothing at all. Failures by the API's field names: `email: invalid | erased`,
/// `template_key: not_found | inactive`, `context.<name>: required`, `from_email: not_configured`, `headers.<name>: reserved | invalid_value |
/// invalid_name`, `idempotency_key: too_long | body_mismatch`, `cc.N: invalid`, `message_parts.N.content_type: invalid`, `attachments.N.content: invalid`,
/// `subject|html_body|text_body: render_failed` with details, and so on.
package struct SendTransactional: RPCMethod, Equatable {
    package static let name = "delivery.sendTransactional"
    package static let callers: Set<RPCPeer> = [.gateway, .audience, .campaign, .operator]
    package typealias Result = TransactionalReceipt
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var message: TransactionalSend
    package var dryRun: Bool
    package init(scope: ClientScope, message: TransactionalSend, dryRun: Bool = false) {
        self.scope = scope
        self.message = message
        self.dryRun = dryRun
    }
}

/// Accepts up to 500 messages, each for itself: what is wrong with one says nothing about the others.
///
/// Idempotent by each message's key, like ``SendTransactional``. Failure: `messages: too_many`.
package struct SendTransactionalBatch: RPCMethod, Equatable {
    package static let name = "delivery.sendTransactionalBatch"
    package static let callers: Set<RPCPeer> = [.gateway, .audience, .campaign, .operator]
    package typealias Result = TransactionalReceipts
    package typealias Failure = ValidationFailure
    package static let maximumMessages = 500
    package var scope: ClientScope
    package var messages: [TransactionalSend]
    package init(scope: ClientScope, messages: [TransactionalSend]) { self.scope = scope; self.messages = messages }
}

/// One result a message, in their order.
package struct TransactionalReceipts: RPCPayload, Codable, Equatable {
    package var results: [TransactionalResult]
    package init(results: [TransactionalResult]) { self.results = results }
}

/// Exactly one of both is there.
package struct TransactionalResult: Codable, Equatable, Sendable {
    package var receipt: TransactionalReceipt?
    package var failure: ValidationFailure?
    package init(receipt: TransactionalReceipt? = nil, failure: ValidationFailure? = nil) {
        self.receipt = receipt
        self.failure = failure
    }
}

/// What became of a request to send.
package struct TransactionalReceipt: Codable, Equatable, Sendable {
    /// Nil for a dry run.
    package var messageID: TransactionalMessageID?
    package var email: String
    package var senderID: String
    package var sender: String
    package var replyTo: String
    package var cc: [String]
    package var bcc: [String]
    package var status: TransactionalStatus
    package var templateKey: String
    package var idempotencyKey: String
    /// Nil for a dry run.
    package var createdAt: Timestamp?
    package var sendAt: Timestamp?
    package var isReplay = false
    package var isEnqueued = false
    /// Why it is `skipped`; nil when it is not.
    package var refusal: SkipReason?
    /// Of a dry run only.
    package var rendered: RenderedMessage?
    package init(
        messageID: TransactionalMessageID?,
        email: String,
        senderID: String,
        sender: String,
        replyTo: String,
        cc: [String],
        bcc: [String],
        status: TransactionalStatus,
        templateKey: String,
        idempotencyKey: String,
        createdAt: Timestamp?,
        sendAt: Timestamp?
    ) {
        self.messageID = messageID
        self.email = email
        self.senderID = senderID
        self.sender = sender
        self.replyTo = replyTo
        self.cc = cc
        self.bcc = bcc
        self.status = status
        self.templateKey = templateKey
        self.idempotencyKey = idempotencyKey
        self.createdAt = createdAt
        self.sendAt = sendAt
    }
}

/// State of a transactional message (API.md section 2, "Values").
package enum TransactionalStatus: String, Codable, Sendable, CaseIterable {
    case queued, sending, sent, failed, skipped, bounced, complained, unknown, cancelled
}

/// A template's output.
package struct RenderedMessage: RPCPayload, Codable, Equatable {
    package var subject: String
    package var htmlBody: String
    package var textBody: String
    package init(subject: String, htmlBody: String, textBody: String) {
        self.subject = subject
        self.htmlBody = htmlBody
        self.textBody = textBody
    }
}
