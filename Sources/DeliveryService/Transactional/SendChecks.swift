import Contracts
import Cryptography
import Email
import JSON
import Model

/// What can be said about a request to send without asking anybody.
struct SendChecks: Sendable {
    static let maximumHeaders = 20
    static let maximumParts = 10
    static let maximumAttachments = 20
    static let maximumPartBytes = 200_000
    /// Of all attachments together.
    static let maximumAttachmentBytes = 7_500_000
    /// The provider takes so many recipients with one message.
    static let maximumRecipients = 50
    static let maximumKeyLength = 255
    /// As JSON; history and exports bring it with every message.
    static let maximumMetadataBytes = 64 << 10
    static let longestDelay: Int64 = 366 * 86_400

    private(set) var faults = ValidationFailure([:])
    /// Nil when it is not valid.
    private(set) var email: EmailAddress?
    /// The normalised addresses of `cc` and `bcc`.
    private(set) var copies: Set<String> = []

    init(_ send: TransactionalSend, now: Timestamp) {
        checkTexts(send, now: now)
        checkAddresses(send)
        checkHeaders(send.headers)
        checkParts(send.parts)
        checkAttachments(send.attachments, hasHTML: true)
    }

    mutating func fault(_ field: String, _ reason: String) {
        if faults.fields[field] == nil { faults.fields[field] = reason }
    }

    private mutating func checkTexts(_ send: TransactionalSend, now: Timestamp) {
        if send.templateKey.allSatisfy(\.isWhitespace) { fault("template_key", "required") }
        if let key = send.idempotencyKey, key.unicodeScalars.count > Self.maximumKeyLength { fault("idempotency_key", "too_long") }
        if send.context.objectValue == nil { fault("context", "must_be_object") }
        if send.metadata.objectValue == nil { fault("metadata", "must_be_object") }
        if send.metadata.objectValue?.isEmpty == false, send.metadata.text.utf8.count > Self.maximumMetadataBytes { fault("metadata", "too_long") }
        if !send.categoryTag.isEmpty, send.audienceID == nil { fault("audience", "required") }
        if send.categoryTag.utf8.count > 200 { fault("category_tag", "too_long") }
        if let moment = send.sendAt, moment.microseconds / 1_000_000 > now.microseconds / 1_000_000 + Self.longestDelay {
            fault("send_at", "too_far")
        }
    }

    private mutating func checkAddresses(_ send: TransactionalSend) {
        if send.email.allSatisfy(\.isWhitespace) {
            fault("email", "required")
        } else {
            email = try? EmailAddress(send.email)
            if email == nil { fault("email", "invalid") }
        }
        if !send.replyTo.isEmpty, (try? Mailbox(parsing: send.replyTo)) == nil { fault("reply_to", "invalid") }
        for (field, addresses) in [("cc", send.cc), ("bcc", send.bcc)] {
            for (index, text) in addresses.prefix(Self.maximumRecipients).enumerated() {
                if let address = try? Mailbox(parsing: text).address {
                    copies.insert(address.normalized)
                } else {
                    fault("\(field).\(index)", "invalid")
                }
            }
        }
        if send.cc.count + send.bcc.count + 1 > Self.maximumRecipients { fault(send.cc.count >= send.bcc.count ? "cc" : "bcc", "too_many") }
    }

    private mutating func checkHeaders(_ headers: [MailHeader]) {
        if headers.count > Self.maximumHeaders { fault("headers", "too_many") }
        var names: Set<String> = []
        for header in headers.prefix(100) {
            let field = "headers.\(header.name)"
            do {
                _ = try CustomHeader(name: header.name, value: header.value)
                if !names.insert(header.name.lowercased()).inserted { fault(field, "duplicate") }
            } catch {
                fault(field, Self.reason(error))
            }
        }
    }

    private mutating func checkParts(_ parts: [MailPart]) {
        if parts.count > Self.maximumParts { fault("message_parts", "too_many") }
        for (index, part) in parts.prefix(Self.maximumParts).enumerated() {
            let field = "message_parts.\(index)"
            if part.content.utf8.count > Self.maximumPartBytes { fault("\(field).content", "too_long") }
            do {
                _ = try part.textPart
            } catch {
                fault("\(field).\(error == .invalidContentType ? "content_type" : "filename")", "invalid")
            }
        }
    }

    private mutating func checkAttachments(_ attachments: [MailAttachment], hasHTML: Bool) {
        if attachments.count > Self.maximumAttachments { fault("attachments", "too_many") }
        var bytes = 0
        for (index, attachment) in attachments.prefix(Self.maximumAttachments).enumerated() {
            let field = "attachments.\(index)"
            bytes += attachment.content.utf8.count / 4 * 3
            do {
                _ = try attachment.file
            } catch {
                fault("\(field).\(Self.attachmentField(error))", "invalid")
            }
        }
        if bytes > Self.maximumAttachmentBytes { fault("attachments", "too_large") }
    }

    private static func reason(_ error: MIMEMessageError) -> String {
        switch error {
        case .reservedHeader: "reserved"
        case .invalidHeaderName: "invalid_name"
        case .headerTooLong: "too_long"
        default: "invalid_value"
        }
    }

    private static func attachmentField(_ error: MIMEMessageError) -> String {
        switch error {
        case .invalidContentType: "content_type"
        case .invalidContentID: "content_id"
        case .noBody: "content"
        default: "filename"
        }
    }
}

extension MailPart {
    var textPart: TextPart {
        get throws(MIMEMessageError) {
            try TextPart(contentType: contentType, filename: filename.isEmpty ? nil : filename, content: Array(content.utf8))
        }
    }
}

extension MailAttachment {
    /// `noBody`: the content is no base64.
    var file: Attachment {
        get throws(MIMEMessageError) {
            let compact = content.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0x20 }
            guard let bytes = Cryptography.Base64.standard.decode(compact) else { throw .noBody }
            return try Attachment(
                filename: filename,
                contentType: contentType,
                bytes: bytes,
                contentID: contentID.isEmpty ? nil : contentID
            )
        }
    }
}
