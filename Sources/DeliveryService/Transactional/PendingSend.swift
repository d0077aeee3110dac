import Contracts
import Email
import JSON
import Model
import Postgres

/// One request to send on its way to acceptance.
struct PendingSend: Sendable {
    let scope: ClientScope
    let send: TransactionalSend
    let dryRun: Bool
    let email: EmailAddress?
    /// The normalised addresses of `cc` and `bcc`.
    let copies: Set<String>
    /// The client's key, or one of our own that nobody repeats.
    let idempotencyKey: String
    /// Nil where a repetition is not compared.
    let bodyHash: Bytea?
    var faults: ValidationFailure
    var template: LookUpSends.Template?
    var rendered: RenderedMessage?
    var senderID = ""
    var sender = ""
    var contactID: Int64 = 0
    var refusal: SkipReason?

    init(scope: ClientScope, send: TransactionalSend, dryRun: Bool, now: Timestamp) {
        let checks = SendChecks(send, now: now)
        self.scope = scope
        self.send = send
        self.dryRun = dryRun
        email = checks.email
        copies = checks.copies
        faults = checks.faults
        let given = send.idempotencyKey ?? ""
        idempotencyKey = given.isEmpty ? "transactional-message:" + Self.random() : given
        bodyHash = send.comparesBody ? BodyHash.of(send, email: checks.email?.normalized ?? send.email) : nil
    }

    /// Whether there may be a message of this key already; a dry run looks at none, so that it shows what its own body would send.
    var isRepeatable: Bool { !dryRun && send.idempotencyKey?.isEmpty == false }

    /// About as many bytes as the database gets.
    var size: Int {
        let attached = send.attachments.reduce(0) { $0 + $1.content.utf8.count } + send.parts.reduce(0) { $0 + $1.content.utf8.count }
        return attached + 1_000 + (rendered.map { $0.htmlBody.utf8.count + $0.textBody.utf8.count } ?? 4_000)
    }

    /// What the message has beside bodies and addresses, as the table holds it.
    var extras: JSONValue? {
        guard !send.headers.isEmpty || !send.parts.isEmpty || !send.attachments.isEmpty else { return nil }
        return [
            "headers": .array(send.headers.map { [.string($0.name), .string($0.value)] }),
            "parts": .array(send.parts.map { [.string($0.contentType), .string($0.content), .string($0.filename)] }),
            "attachments": .array(
                send.attachments.map { [.string($0.filename), .string($0.contentType), .string($0.content), .string($0.contentID)] }
            ),
        ]
    }

    /// What the client is told about a message that has no row (yet).
    func receipt(id: Int64?, createdAt: Timestamp?) -> TransactionalReceipt {
        var receipt = TransactionalReceipt(
            messageID: id.map { TransactionalMessageID($0) },
            email: email?.normalized ?? "",
            senderID: senderID,
            sender: sender,
            replyTo: send.replyTo,
            cc: send.cc,
            bcc: send.bcc,
            status: refusal == nil ? .queued : .skipped,
            templateKey: send.templateKey,
            idempotencyKey: idempotencyKey,
            createdAt: createdAt,
            sendAt: send.sendAt
        )
        receipt.refusal = refusal
        receipt.isEnqueued = id != nil && refusal == nil
        return receipt
    }

    private static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<2).map { _ in
            let half = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - half.count) + half
        }
        return digits.joined()
    }
}
