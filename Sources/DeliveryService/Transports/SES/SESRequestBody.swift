import Cryptography
import JSON

/// The body of `SendEmail` with raw content (API reference of SES v2), put together as bytes around the message's base64.
enum SESRequestBody {
    static func bytes(_ message: OutgoingMessage, configurationSet: String?) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 512 + message.bytes.count / 3 * 4)
        writer.beginObject()
        writer.key("FromEmailAddress")
        writer.string(message.from)
        writer.key("Destination")
        writer.beginObject()
        writer.key("ToAddresses")
        writer.beginArray()
        writer.string(message.recipient)
        writer.endArray()
        for (name, addresses) in [("CcAddresses", message.cc), ("BccAddresses", message.bcc)] where !addresses.isEmpty {
            writer.key(name)
            writer.value(.array(addresses.map { .string($0) }))
        }
        writer.endObject()
        if let configurationSet {
            writer.key("ConfigurationSetName")
            writer.string(configurationSet)
        }
        writer.key("EmailTags")
        writer.beginArray()
        for tag in message.tags {
            writer.beginObject()
            writer.key("Name")
            writer.string(tag.name)
            writer.key("Value")
            writer.string(tag.value)
            writer.endObject()
        }
        writer.endArray()
        var body = writer.bytes
        body += #","Content":{"Raw":{"Data":""#.utf8
        body += Base64.standard.encodeToBytes(message.bytes)
        body += #""}}}"#.utf8
        return body
    }
}
