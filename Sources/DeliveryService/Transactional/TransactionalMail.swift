import Contracts
import Cryptography
import Email
import JSON
import Model

/// Builds the mail of a transactional message.
struct TransactionalMail: Sendable {
    let links: MessageLinks

    /// Everything was checked when the message was accepted, so a fault here is one of the stored message.
    func message(_ row: TransactionalRow, attempt: Int32) throws -> OutgoingMessage {
        let from = try Mailbox(parsing: row.sender)
        let address = try EmailAddress(row.email)
        let cc = try row.cc.map { try Mailbox(parsing: $0) }
        let bcc = try row.bcc.map { try Mailbox(parsing: $0) }
        var mail = MIMEMessage(
            from: from,
            to: [Mailbox(address)],
            subject: row.subject,
            date: Timestamp.now().microseconds / 1_000_000,
            messageID: try identity(row.id, domain: String(from.address.domain)),
            kind: .transactional,
            text: row.textBody.isEmpty && !row.htmlBody.isEmpty ? nil : row.textBody,
            html: row.htmlBody.isEmpty ? nil : row.htmlBody
        )
        mail.cc = cc
        if !row.replyTo.isEmpty { mail.replyTo = [try Mailbox(parsing: row.replyTo)] }
        if let extras = row.extras { try Self.add(extras, to: &mail) }
        return OutgoingMessage(
            from: from.headerForm,
            envelopeSender: from.address.wireForm,
            recipient: address.wireForm,
            cc: cc.map(\.address.wireForm),
            bcc: bcc.map(\.address.wireForm),
            bytes: try mail.build(),
            tags: [(name: "m", value: "x-\(row.id)"), (name: "a", value: "\(attempt)")],
            sendClass: .transactional
        )
    }

    private static func add(_ extras: JSONValue, to mail: inout MIMEMessage) throws {
        for group in groups(extras["headers"], of: 2) { mail.headers.append(try CustomHeader(name: group[0], value: group[1])) }
        for group in groups(extras["parts"], of: 3) {
            mail.parts.append(try MailPart(contentType: group[0], content: group[1], filename: group[2]).textPart)
        }
        for group in groups(extras["attachments"], of: 4) {
            let file = try MailAttachment(filename: group[0], contentType: group[1], content: group[2], contentID: group[3]).file
            if file.contentID != nil, mail.html != nil { mail.inlineImages.append(file) } else { mail.attachments.append(file) }
        }
    }

    private static func groups(_ value: JSONValue?, of size: Int) -> [[String]] {
        (value?.arrayValue ?? []).map { ($0.arrayValue ?? []).compactMap(\.stringValue) }.filter { $0.count == size }
    }

    /// The same for every attempt, and not to be guessed, because the MAC of a link is in it.
    private func identity(_ id: Int64, domain: String) throws(MIMEMessageError) -> MessageID {
        let digest = SHA256.hash(Array(links.open(id).utf8))
        let halves = [digest.prefix(8), digest.dropFirst(8).prefix(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return try MessageID(halves[0], halves[1], domain: domain)
    }
}
