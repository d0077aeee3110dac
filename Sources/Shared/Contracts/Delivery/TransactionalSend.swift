import JSON
import JSONRPC
import Model

/// One transactional message as a client asks for it (API.md section 2, `POST /api/transactional/send`).
///
/// Texts are as the client wrote them; Delivery checks everything and names faults by the API's field names.
package struct TransactionalSend: Equatable, Sendable {
    package var email: String
    package var templateKey: String
    /// Nil or empty: Delivery makes one, and the message is no repetition of any other.
    package var idempotencyKey: String?
    /// An object: the roots that the template can name.
    package var context: JSONValue = .object(JSONObject())
    /// An object of the client's own; kept, never sent.
    package var metadata: JSONValue = .object(JSONObject())
    /// Id of one of the client's senders; nil: the template's, else the client's default.
    package var senderID: String?
    package var replyTo = ""
    package var cc: [String] = []
    package var bcc: [String] = []
    package var headers: [MailHeader] = []
    package var parts: [MailPart] = []
    package var attachments: [MailAttachment] = []
    package var sendAt: Timestamp?
    /// With a category also a global unsubscribe and a disabled category block; needs ``audienceID``.
    package var categoryTag = ""
    package var audienceID: AudienceID?
    package var audienceSlug = ""
    /// False for list sends: a repetition of the key is a replay whatever its body says.
    package var comparesBody = true

    package init(email: String, templateKey: String) {
        self.email = email
        self.templateKey = templateKey
    }
}

/// A header that the client adds; at most 20 a message.
package struct MailHeader: Codable, Equatable, Sendable {
    package var name: String
    package var value: String
    package init(name: String, value: String) { self.name = name; self.value = value }
}

/// A text part beside the bodies, for example a calendar invitation; at most 10 a message, 200 kB each.
package struct MailPart: Codable, Equatable, Sendable {
    /// With parameters: `text/calendar; method=REQUEST`.
    package var contentType: String
    package var content: String
    /// Empty: shown with the message; else attached under this name.
    package var filename: String
    package init(contentType: String, content: String, filename: String) {
        self.contentType = contentType
        self.content = content
        self.filename = filename
    }
}

/// A file; at most 20 a message, together 7 MB.
package struct MailAttachment: Codable, Equatable, Sendable {
    package var filename: String
    package var contentType: String
    /// Base64.
    package var content: String
    /// What stands after `cid:` in the HTML; empty for a file that is attached.
    package var contentID: String
    package init(filename: String, contentType: String, content: String, contentID: String) {
        self.filename = filename
        self.contentType = contentType
        self.content = content
        self.contentID = contentID
    }
}
