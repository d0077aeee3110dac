import JSON
import JSONRPC
import Model

extension ClientScope {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("organizationID", organizationID.rawValue)
        writer.member("clientID", clientID.rawValue)
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws {
        var organizationID: Int64?
        var clientID: Int64?
        try reader.object { key, reader in
            switch key {
            case "organizationID": organizationID = try reader.integer()
            case "clientID": clientID = try reader.integer()
            default: try reader.skip()
            }
        }
        self.init(
            organizationID: OrganizationID(try organizationID.required("organizationID")),
            clientID: ClientID(try clientID.required("clientID"))
        )
    }
}

extension SendTransactional {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("scope")
        scope.write(to: &writer)
        writer.key("message")
        try message.write(to: &writer)
        if dryRun { writer.member("dryRun", dryRun) }
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> SendTransactional {
        var reader = JSONReader(json)
        var scope: ClientScope?
        var message: TransactionalSend?
        var dryRun = false
        try reader.object { key, reader in
            switch key {
            case "scope": scope = try ClientScope(from: &reader)
            case "message": message = try TransactionalSend(from: &reader)
            case "dryRun": dryRun = try reader.bool()
            default: try reader.skip()
            }
        }
        try reader.end()
        return SendTransactional(scope: try scope.required("scope"), message: try message.required("message"), dryRun: dryRun)
    }
}

extension SendTransactionalBatch {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("scope")
        scope.write(to: &writer)
        writer.key("messages")
        writer.beginArray()
        for message in messages { try message.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> SendTransactionalBatch {
        var reader = JSONReader(json)
        var scope: ClientScope?
        var messages: [TransactionalSend]?
        try reader.object { key, reader in
            switch key {
            case "scope": scope = try ClientScope(from: &reader)
            case "messages":
                var read: [TransactionalSend] = []
                try reader.array { read.append(try TransactionalSend(from: &$0)) }
                messages = read
            default: try reader.skip()
            }
        }
        try reader.end()
        return SendTransactionalBatch(scope: try scope.required("scope"), messages: try messages.required("messages"))
    }
}

extension TransactionalReceipt: RPCPayload {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        if let messageID { writer.member("messageID", messageID.rawValue) }
        writer.member("email", email)
        writer.member("senderID", senderID)
        writer.member("sender", sender)
        writer.member("replyTo", replyTo)
        writer.member("cc", cc)
        writer.member("bcc", bcc)
        writer.member("status", status.rawValue)
        writer.member("templateKey", templateKey)
        writer.member("idempotencyKey", idempotencyKey)
        writer.member("createdAt", createdAt)
        writer.member("sendAt", sendAt)
        writer.member("isReplay", isReplay)
        writer.member("isEnqueued", isEnqueued)
        if let refusal { writer.member("refusal", refusal.rawValue) }
        if let rendered {
            writer.key("rendered")
            try rendered.write(to: &writer)
        }
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> TransactionalReceipt {
        var reader = JSONReader(json)
        var receipt = TransactionalReceipt(
            messageID: nil,
            email: "",
            senderID: "",
            sender: "",
            replyTo: "",
            cc: [],
            bcc: [],
            status: .queued,
            templateKey: "",
            idempotencyKey: "",
            createdAt: nil,
            sendAt: nil
        )
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            try receipt.read(key, &reader)
        }
        try reader.end()
        try fields.require(["email", "status", "templateKey", "idempotencyKey"])
        return receipt
    }

    private mutating func read(_ key: String, _ reader: inout JSONReader) throws {
        switch key {
        case "messageID": messageID = try reader.takeNull() ? nil : TransactionalMessageID(try reader.integer())
        case "email": email = try reader.string()
        case "senderID": senderID = try reader.string()
        case "sender": sender = try reader.string()
        case "replyTo": replyTo = try reader.string()
        case "cc": cc = try reader.strings()
        case "bcc": bcc = try reader.strings()
        case "status": status = try reader.choice()
        case "templateKey": templateKey = try reader.string()
        case "idempotencyKey": idempotencyKey = try reader.string()
        case "createdAt": createdAt = try reader.timestampIfPresent()
        case "sendAt": sendAt = try reader.timestampIfPresent()
        case "isReplay": isReplay = try reader.bool()
        case "isEnqueued": isEnqueued = try reader.bool()
        case "refusal": refusal = try reader.takeNull() ? nil : try reader.choice()
        case "rendered": rendered = try reader.takeNull() ? nil : try RenderedMessage.read(try reader.raw())
        default: try reader.skip()
        }
    }
}
