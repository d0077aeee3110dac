import Contracts
import Email
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC

/// `/api/client/senders`.
struct SendersController: Sendable {
    let services: APIServices
    let authentication: APIAuthentication

    func add(to routes: inout RouteTable) {
        routes.on(.get, "/api/client/senders") { try await get($0) }
        routes.on(.put, "/api/client/senders") { try await put($0) }
    }

    func get(_ request: GatewayRequest) async throws -> Response {
        let client = try await authentication.client(of: request)
        return Self.response(try await services.audience.answer(GetSenders(scope: client.scope)))
    }

    func put(_ request: GatewayRequest) async throws -> Response {
        let client = try await authentication.client(of: request)
        var fields = try await RequestFields.read(request)
        let senders = Self.senders(&fields)
        let defaultID = fields.string("default_sender_id") ?? fields.string("default_sender")
        if defaultID == nil || defaultID == "" {
            fields.fault("default_sender_id", "required")
        } else if let defaultID, !senders.isEmpty, !senders.contains(where: { $0.id == defaultID }) {
            fields.fault("default_sender_id", "not_configured")
        }
        try fields.check()
        let call = PutSenders(scope: client.scope, senders: senders, defaultSenderID: defaultID)
        return Self.response(try await services.audience.answer(call))
    }

    /// The list's entries; faults are told by index.
    private static func senders(_ fields: inout RequestFields) -> [Sender] {
        guard let items = fields.object["senders"]?.arrayValue, !items.isEmpty else {
            fields.fault("senders", "must_be_non_empty_list")
            return []
        }
        return items.enumerated().map { index, item in
            guard let object = item.objectValue else {
                fields.fault("senders.\(index)", "must_be_object")
                return Sender(id: "", email: "")
            }
            var entry = RequestFields(object)
            let sender = Sender(id: entry.requiredString("id") ?? "", email: entry.requiredString("email") ?? "")
            if !sender.id.isEmpty, !sender.id.utf8.allSatisfy(isIDByte) { entry.fault("id", "invalid") }
            if !sender.email.isEmpty, (try? Mailbox(parsing: sender.email)) == nil { entry.fault("email", "invalid") }
            for (field, reason) in entry.faults { fields.fault("senders.\(index).\(field)", reason) }
            return sender
        }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == 0x2D || byte == 0x5F
    }

    private static func response(_ senders: ClientSenders) -> Response {
        .json(
            .object(
                JSONObject([
                    (
                        key: "client",
                        value: [
                            "organization": .string(senders.client.organizationSlug), "slug": .string(senders.client.clientSlug),
                            "name": .string(senders.client.clientName),
                        ]
                    ),
                    (key: "default_sender_id", value: senders.defaultSenderID.map { .string($0) } ?? .null),
                    (
                        key: "senders",
                        value: .array(senders.senders.map { ["id": .string($0.id), "email": .string($0.email)] })
                    ),
                ])
            )
        )
    }
}
