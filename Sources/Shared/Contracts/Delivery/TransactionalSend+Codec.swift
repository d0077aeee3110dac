import JSON
import JSONRPC
import Model

// By hand, because 1,500 of these come a second. Members with their usual value are left out.
extension TransactionalSend: RPCPayload {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("email", email)
        writer.member("templateKey", templateKey)
        if let idempotencyKey { writer.member("idempotencyKey", idempotencyKey) }
        writer.key("context")
        writer.value(context)
        if metadata.objectValue?.isEmpty == false {
            writer.key("metadata")
            writer.value(metadata)
        }
        if let senderID { writer.member("senderID", senderID) }
        writer.member("sendAt", sendAt)
        if !comparesBody { writer.member("comparesBody", comparesBody) }
        writeEnvelope(&writer)
        writeExtras(&writer)
        writer.endObject()
    }

    private func writeEnvelope(_ writer: inout JSONWriter) {
        if !replyTo.isEmpty { writer.member("replyTo", replyTo) }
        if !cc.isEmpty { writer.member("cc", cc) }
        if !bcc.isEmpty { writer.member("bcc", bcc) }
        if !categoryTag.isEmpty { writer.member("categoryTag", categoryTag) }
        if let audienceID { writer.member("audienceID", audienceID.rawValue) }
        if !audienceSlug.isEmpty { writer.member("audienceSlug", audienceSlug) }
    }

    private func writeExtras(_ writer: inout JSONWriter) {
        if !headers.isEmpty { writer.member("headers", headers.flatMap { [$0.name, $0.value] }) }
        if !parts.isEmpty { writer.member("parts", parts.flatMap { [$0.contentType, $0.content, $0.filename] }) }
        if !attachments.isEmpty {
            writer.member("attachments", attachments.flatMap { [$0.filename, $0.contentType, $0.content, $0.contentID] })
        }
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> TransactionalSend {
        var reader = JSONReader(json)
        let send = try TransactionalSend(from: &reader)
        try reader.end()
        return send
    }

    package init(from reader: inout JSONReader) throws {
        self.init(email: "", templateKey: "")
        var send = self
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            try send.read(key, &reader)
        }
        try fields.require(["email", "templateKey"])
        self = send
    }

    private mutating func read(_ key: String, _ reader: inout JSONReader) throws {
        switch key {
        case "email": email = try reader.string()
        case "templateKey": templateKey = try reader.string()
        case "idempotencyKey": idempotencyKey = try reader.takeNull() ? nil : try reader.string()
        case "context": context = try reader.value()
        case "metadata": metadata = try reader.value()
        case "senderID": senderID = try reader.takeNull() ? nil : try reader.string()
        case "sendAt": sendAt = try reader.timestampIfPresent()
        case "comparesBody": comparesBody = try reader.bool()
        case "replyTo": replyTo = try reader.string()
        case "cc": cc = try reader.strings()
        case "bcc": bcc = try reader.strings()
        case "categoryTag": categoryTag = try reader.string()
        case "audienceID": audienceID = try reader.takeNull() ? nil : AudienceID(try reader.integer())
        case "audienceSlug": audienceSlug = try reader.string()
        case "headers": headers = try Self.groups(&reader, of: 2).map { MailHeader(name: $0[0], value: $0[1]) }
        case "parts": parts = try Self.groups(&reader, of: 3).map { MailPart(contentType: $0[0], content: $0[1], filename: $0[2]) }
        case "attachments":
            attachments = try Self.groups(&reader, of: 4).map {
                MailAttachment(filename: $0[0], contentType: $0[1], content: $0[2], contentID: $0[3])
            }
        default: try reader.skip()
        }
    }

    /// A flat list cut into groups of equal length.
    private static func groups(_ reader: inout JSONReader, of size: Int) throws -> [[String]] {
        let texts = try reader.strings()
        guard texts.count % size == 0 else { throw HotCodecError.unequalColumns }
        return stride(from: 0, to: texts.count, by: size).map { Array(texts[$0..<$0 + size]) }
    }
}
