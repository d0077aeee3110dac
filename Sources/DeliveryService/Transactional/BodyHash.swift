import Contracts
import Cryptography
import JSON
import Model
import Postgres

/// What an idempotency key stands for: everything that decides about the message, whatever the order in which the client wrote it.
enum BodyHash {
    static func of(_ send: TransactionalSend, email: String) -> Bytea {
        var text = JSONWriter(reservingCapacity: 512)
        text.beginArray()
        for part in [email, send.templateKey, send.senderID ?? "", send.replyTo, send.categoryTag] { text.string(part) }
        text.integer(send.audienceID?.rawValue ?? 0)
        text.integer(send.sendAt?.microseconds ?? 0)
        write(send.context, to: &text)
        write(send.metadata, to: &text)
        for list in [send.cc, send.bcc] { write(.array(list.map { .string($0) }), to: &text) }
        for header in send.headers.sorted(by: { $0.name < $1.name }) { write(.array([.string(header.name), .string(header.value)]), to: &text) }
        text.string("parts")
        for part in send.parts { write(.array([.string(part.contentType), .string(part.content), .string(part.filename)]), to: &text) }
        text.string("attachments")
        for file in send.attachments {
            write(.array([.string(file.filename), .string(file.contentType), .string(file.content), .string(file.contentID)]), to: &text)
        }
        text.endArray()
        return Bytea(SHA256.hash(text.bytes))
    }

    /// With the members of objects in the order of their names.
    private static func write(_ value: JSONValue, to text: inout JSONWriter) {
        switch value {
        case .object(let object):
            text.beginObject()
            for member in object.members.sorted(by: { $0.key < $1.key }) {
                text.key(member.key)
                write(member.value, to: &text)
            }
            text.endObject()
        case .array(let items):
            text.beginArray()
            for item in items { write(item, to: &text) }
            text.endArray()
        default: text.value(value)
        }
    }
}
