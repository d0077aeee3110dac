import Contracts
import Email
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC

/// `/api/client/senders`.
enum SenderEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [get(services), put(services)] }

    static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/client/senders",
            id: "getSenders",
            tag: .account,
            access: .key(.accountRead),
            summary: "The key's client and the addresses that it may send from.",
            answers: [.ok(payload.shape)]
        ) { call in
            .json(payload.value(try await services.audience.answer(GetSenders(scope: try call.client.scope))))
        }
    }

    static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/client/senders",
            id: "putSenders",
            tag: .account,
            access: .key(.accountWrite),
            summary: "Replace the client's senders.",
            body: .json(body),
            answers: [.ok(payload.shape)]
        ) { call in
            let senders = senders(&call.fields)
            let defaultID = call.fields.string("default_sender_id") ?? call.fields.string("default_sender")
            if defaultID == nil || defaultID == "" {
                call.fields.fault("default_sender_id", "required")
            } else if let defaultID, !senders.isEmpty, !senders.contains(where: { $0.id == defaultID }) {
                call.fields.fault("default_sender_id", "not_configured")
            }
            try call.fields.check()
            let put = PutSenders(scope: try call.client.scope, senders: senders, defaultSenderID: defaultID)
            return .json(payload.value(try await services.audience.answer(put)))
        }
    }

    private static let body = ObjectShape(
        "SendersPut",
        [
            Field(
                "senders",
                .list(
                    of: .object(
                        ObjectShape(
                            "SenderPut",
                            [
                                Field("id", .string(maximum: 64), required: true, "`[A-Za-z0-9_-]{1,64}`", example: "news"),
                                Field("email", .string(maximum: 1_000), required: true, example: "News <news@example.org>"),
                            ]
                        )
                    ),
                    count: 1...1_000
                ),
                required: true,
                missing: "must_be_non_empty_list"
            ),
            Field("default_sender_id", .string(maximum: 64), "Required, under this name or `default_sender`.", example: "news"),
            Field("default_sender", .string(maximum: 64)),
        ]
    )

    /// The list's entries; what the shape cannot say is told by index.
    private static func senders(_ fields: inout RequestFields) -> [Sender] {
        let items = fields.object["senders"]?.arrayValue ?? []
        return items.enumerated().map { index, item in
            let sender = Sender(id: item["id"]?.stringValue ?? "", email: item["email"]?.stringValue ?? "")
            if !sender.id.isEmpty, !sender.id.utf8.allSatisfy(isIDByte) { fields.fault("senders.\(index).id", "invalid") }
            if !sender.email.isEmpty, (try? Mailbox(parsing: sender.email)) == nil { fields.fault("senders.\(index).email", "invalid") }
            return sender
        }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 0x2D || byte == 0x5F
    }

    private static let payload = Payload<ClientSenders>(
        "Senders",
        [
            .member("client", client.shape) { client.value($0.client) },
            .member("default_sender_id", .nullable(.string)) { $0.defaultSenderID.map { .string($0) } ?? .null },
            .member("senders", .list(of: sender.shape)) { .array($0.senders.map(sender.value)) },
        ]
    )

    private static let client = Payload<ClientIdentity>(
        "Client",
        [
            .member("organization", .string) { .string($0.organizationSlug) },
            .member("slug", .string) { .string($0.clientSlug) },
            .member("name", .string) { .string($0.clientName) },
        ]
    )

    private static let sender = Payload<Sender>(
        "Sender",
        [.member("id", .string) { .string($0.id) }, .member("email", .string) { .string($0.email) }]
    )
}
