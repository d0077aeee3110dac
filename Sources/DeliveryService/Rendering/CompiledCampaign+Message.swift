import Contracts
import Cryptography
import Email
import Model

extension CompiledCampaign {
    /// The message of one ledger row.
    func message(
        recipientID: Int64,
        contactID: Int64,
        attempt: Int64,
        email: String,
        mergeFields: String,
        links: MessageLinks
    ) throws(ContentFault) -> OutgoingMessage {
        let address = try address(email)
        let rendered = try render(messageID: recipientID, contactID: contactID, email: email, mergeFields: mergeFields, links: links)
        let unsubscribeURL = links.unsubscribe(recipientID)
        let identity = try identity(signedBy: unsubscribeURL)
        let bytes = try build(rendered, to: address, identity: identity, unsubscribeURL: unsubscribeURL)
        return OutgoingMessage(
            from: fromHeader,
            envelopeSender: from.address.wireForm,
            recipient: address.wireForm,
            bytes: bytes,
            tags: [(name: "m", value: "c-\(recipientID)"), (name: "a", value: "\(attempt)")]
        )
    }

    /// A test copy: preview tokens, a subject that says so, and a tag of its own.
    func testMessage(email: String, previewID: Int64, links: MessageLinks) throws(ContentFault) -> OutgoingMessage {
        let address = try address(email)
        var rendered = try render(messageID: previewID, contactID: 1, email: email, mergeFields: "{}", links: links)
        rendered.subject = "[Test] " + rendered.subject
        let unique = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))
        let identity = try part("message_id") { () throws(MIMEMessageError) in
            try MessageID(unique.0, unique.1, domain: String(from.address.domain))
        }
        let bytes = try build(rendered, to: address, identity: identity, unsubscribeURL: links.unsubscribe(previewID))
        let tag = "t-" + String(unique.0, radix: 16) + String(unique.1, radix: 16)
        return OutgoingMessage(
            from: fromHeader,
            envelopeSender: from.address.wireForm,
            recipient: address.wireForm,
            bytes: bytes,
            tags: [(name: "m", value: tag)]
        )
    }

    /// The same for every attempt at a row, so that a second copy, should an operator ask for one, threads as one message; and not to be
    /// guessed, because the MAC of the row's link is in it.
    private func identity(signedBy url: String) throws(ContentFault) -> MessageID {
        let digest = SHA256.hash(Array(url.utf8))
        let halves = [digest.prefix(8), digest.dropFirst(8).prefix(8)].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        return try part("message_id") { () throws(MIMEMessageError) in
            try MessageID(halves[0], halves[1], domain: String(from.address.domain))
        }
    }

    private func address(_ email: String) throws(ContentFault) -> EmailAddress {
        do {
            return try EmailAddress(email)
        } catch {
            throw ContentFault(field: "email", code: "invalid", reason: "\(error)")
        }
    }

    private func build(
        _ rendered: RenderedContent,
        to address: EmailAddress,
        identity: MessageID,
        unsubscribeURL: String
    ) throws(ContentFault) -> [UInt8] {
        var message = MIMEMessage(
            from: from,
            to: [Mailbox(address)],
            subject: rendered.subject,
            date: Timestamp.now().microseconds / 1_000_000,
            messageID: identity,
            kind: .campaign,
            text: rendered.text,
            html: rendered.html
        )
        message.listID = listID
        return try part("headers") { () throws(MIMEMessageError) in
            // A plain http address is what a machine without a public name has; mailbox providers then ignore the pair, readers do not.
            message.listUnsubscribe = try ListUnsubscribe(url: unsubscribeURL, allowsPlainHTTP: true)
            return try message.build()
        }
    }

    private func part<Value>(_ field: String, _ body: () throws(MIMEMessageError) -> Value) throws(ContentFault) -> Value {
        do {
            return try body()
        } catch {
            throw ContentFault(field: field, code: "render_failed", reason: "\(error)")
        }
    }
}
