import Contracts
import JSON
import JSONRPC
import Model

extension FakeBackend {
    /// Accepts everything but the template `nope`; `bounced@example.com` is suppressed.
    static func addTransactional(_ methods: inout RPCMethodTable) {
        methods.on(SendTransactional.self) { call, _ in try receipt(call.message, dryRun: call.dryRun) }
        methods.on(SendTransactionalBatch.self) { call, _ in
            TransactionalReceipts(
                results: call.messages.map { message in
                    do throws(ValidationFailure) {
                        return TransactionalResult(receipt: try receipt(message, dryRun: false))
                    } catch {
                        return TransactionalResult(failure: error)
                    }
                }
            )
        }
        methods.on(PutTemplate.self) { call, _ in
            let moment = Timestamp(microseconds: 1_700_000_000_000_000)
            let record = TemplateRecord(key: call.key, version: 1, content: call.content, createdAt: moment, updatedAt: moment)
            return StoredTemplate(template: record, created: true)
        }
        methods.on(GetTemplate.self) { _, _ in throw ValidationFailure.field("template_key", "not_found") }
    }

    private static func receipt(_ message: TransactionalSend, dryRun: Bool) throws(ValidationFailure) -> TransactionalReceipt {
        var faults: [String: String] = [:]
        if message.email.isEmpty { faults["email"] = "required" }
        if message.templateKey.isEmpty { faults["template_key"] = "required" }
        if message.templateKey == "nope" { faults["template_key"] = "not_found" }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        let isBounced = message.email == "bounced@example.com"
        var receipt = TransactionalReceipt(
            messageID: dryRun ? nil : TransactionalMessageID(1),
            email: message.email,
            senderID: "courses",
            sender: "Courses <courses@example.com>",
            replyTo: message.replyTo,
            cc: message.cc,
            bcc: message.bcc,
            status: isBounced ? .skipped : .queued,
            templateKey: message.templateKey,
            idempotencyKey: message.idempotencyKey ?? "made",
            createdAt: dryRun ? nil : Timestamp(microseconds: 1_700_000_000_000_000),
            sendAt: message.sendAt
        )
        receipt.isEnqueued = !dryRun && !isBounced
        receipt.refusal = isBounced ? .hardBounce : nil
        if dryRun { receipt.rendered = RenderedMessage(subject: "s", htmlBody: "h", textBody: "t") }
        return receipt
    }
}
