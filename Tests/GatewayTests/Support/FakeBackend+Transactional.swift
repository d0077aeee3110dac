import Contracts
import JSON
import JSONRPC
import Model

extension FakeBackend {
    /// Accepts everything but the template `nope`, the header `From` and `erased@example.com`; `bounced@example.com` is suppressed.
    ///
    /// The template `named` needs a `name`.
    static func addTransactional(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(SendTransactional.self) { call, _ in
            state.change { $0.sends.append(call) }
            return try receipt(call.message, dryRun: call.dryRun)
        }
        methods.on(SendTransactionalBatch.self) { call, _ in
            state.change { $0.batches.append(call) }
            return TransactionalReceipts(
                results: call.messages.map { message in
                    do throws(ValidationFailure) {
                        return TransactionalResult(receipt: try receipt(message, dryRun: false))
                    } catch {
                        return TransactionalResult(failure: error)
                    }
                }
            )
        }
        methods.on(ListQueues.self) { _, _ in QueueList(queues: [QueueNumbers(name: "campaign-email", waiting: 1, inFlight: 0, dead: 0)]) }
        methods.on(PutTemplate.self) { call, _ in
            let moment = Timestamp(microseconds: 1_700_000_000_000_000)
            let record = TemplateRecord(key: call.key, version: 1, content: call.content, createdAt: moment, updatedAt: moment)
            return StoredTemplate(template: record, created: true)
        }
        methods.on(GetTemplate.self) { call, _ in
            guard call.key != "nope" else { throw ValidationFailure.field("template_key", "not_found") }
            var content = TemplateContent(name: "Hello", subject: "Hi")
            if call.key == "named" { content.requiredContext = [RequiredContext(name: "name", description: "")] }
            return TemplateRecord(key: call.key, version: 1, content: content, createdAt: time, updatedAt: time)
        }
    }

    static func receipt(_ message: TransactionalSend, dryRun: Bool) throws(ValidationFailure) -> TransactionalReceipt {
        var faults: [String: String] = [:]
        if message.email.isEmpty { faults["email"] = "required" }
        if message.templateKey.isEmpty { faults["template_key"] = "required" }
        if message.templateKey == "nope" { faults["template_key"] = "not_found" }
        if message.headers.contains(where: { $0.name == "From" }) { faults["headers.From"] = "reserved" }
        if message.email == "erased@example.com" { faults["email"] = "erased" }
        if message.templateKey == "named", message.context["name"] == nil { faults["context.name"] = "required" }
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
