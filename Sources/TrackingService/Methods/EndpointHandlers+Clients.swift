import Contracts
import JSONRPC
import Model
import Postgres
import ServiceRuntime

/// The two endpoints of which a client has one: the callback of the original, and a Mailchimp audience.
extension EndpointHandlers {
    func getCallback(_ call: GetCallback) async throws -> ClientCallback {
        Self.callback(try await store.endpoints(call.scope, .callback).first)
    }

    func putCallback(_ call: PutCallback) async throws -> ClientCallback {
        let known = try await store.endpoints(call.scope, .callback).first
        if call.url == "" {
            if let known { try await store.database.execute(DeleteEndpoint(scope: call.scope, format: .callback, id: known.webhook.id)) }
            return Self.callback(nil)
        }
        var faults: [String: String] = [:]
        if let url = call.url ?? (known == nil ? "" : nil), let fault = DeliveryURL.fault(url, policy) { faults["url"] = fault }
        if let token = call.token, !Self.isToken(token) { faults["token"] = "invalid" }
        if call.token == nil, known?.hasSecret != true { faults["token"] = "required" }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        let row = try await put(call.scope, .callback, call.clientSlug, known, secret: call.token) { change in
            change.url = call.url
            change.isEnabled = call.isEnabled
        }
        return Self.callback(row)
    }

    func getMailchimp(_ call: GetMailchimp) async throws -> ClientMailchimp {
        Self.mailchimp(try await store.endpoints(call.scope, .mailchimp).first)
    }

    func putMailchimp(_ call: PutMailchimp) async throws -> ClientMailchimp {
        var faults: [String: String] = [:]
        let key = call.apiKey.map(Self.trimmed)
        let list = call.listID.map(Self.trimmed)
        if let key, !key.isEmpty {
            if MailchimpFormat.datacenter(key).isEmpty { faults["api_key"] = "missing_datacenter_suffix" }
            if !Self.isToken(key) { faults["api_key"] = "invalid" }
        }
        if let list, !list.utf8.allSatisfy(Self.isListByte) || list.utf8.count > 64 { faults["list_id"] = "invalid" }
        guard faults.isEmpty else { throw ValidationFailure(faults) }
        let known = try await store.endpoints(call.scope, .mailchimp).first
        if known == nil, key == nil, list == nil, call.isEnabled == nil { return Self.mailchimp(nil) }
        let row = try await put(call.scope, .mailchimp, call.clientSlug, known, secret: key) { change in
            // What is not secret of the key stands in the row: its end names the host.
            change.url = key.map(MailchimpFormat.datacenter)
            change.listID = list
            change.isEnabled = call.isEnabled ?? (known == nil ? false : nil)
        }
        return Self.mailchimp(row)
    }

    /// Adds or changes a client's single endpoint of a format, with its secret when one is given; an empty one clears it.
    private func put(
        _ scope: ClientScope,
        _ format: EndpointFormat,
        _ clientSlug: String,
        _ known: EndpointRow?,
        secret: String?,
        _ edit: (inout UpdateEndpoint) -> Void
    ) async throws -> EndpointRow? {
        let id: Int64
        if let known { id = known.webhook.id } else { id = try await store.nextEndpointID() }
        var change = UpdateEndpoint(scope: scope, format: format, id: id)
        edit(&change)
        let sealed = try secret.flatMap { try $0.isEmpty ? nil : seal(Array($0.utf8), id) }
        let edited = change
        let row = try await store.database.transaction { transaction in
            if known == nil {
                let empty = InsertEndpoint(id: id, scope: scope, clientSlug: clientSlug, format: format, url: "", secret: nil)
                guard try await transaction.first(empty) != nil else { throw ValidationFailure.field("webhooks", "too_many") }
            }
            if secret != nil {
                let replacement = ReplaceEndpointSecret(scope: scope, format: format, id: id, secret: sealed, overlap: 0)
                _ = try await transaction.first(replacement)
            }
            return try await transaction.first(edited)
        }
        dispatcher.wake()
        return row
    }

    /// Merges tag changes into what waits for each member; once by the outbox item's key.
    func syncTags(_ call: SyncTags, _ context: RPCContext) async throws -> Empty {
        let key = context.metadata.idempotencyKey
        let count = try await store.database.transaction { transaction in
            guard try await Inbox(schema: "tracking").isFirst(key, in: transaction) else { return 0 }
            return try await transaction.first(MergeTagChanges(call.changes)) ?? 0
        }
        if count > 0 { dispatcher.wake() }
        return Empty()
    }

    private static func callback(_ row: EndpointRow?) -> ClientCallback {
        ClientCallback(
            url: row?.webhook.url ?? "",
            isTokenSet: row?.hasSecret ?? false,
            isEnabled: row?.webhook.isEnabled ?? false,
            disabledReason: row?.webhook.disabledReason ?? "",
            failingSince: row?.webhook.failingSince
        )
    }

    private static func mailchimp(_ row: EndpointRow?) -> ClientMailchimp {
        ClientMailchimp(
            isEnabled: row?.webhook.isEnabled ?? false,
            listID: row?.listID ?? "",
            datacenter: row?.webhook.url ?? "",
            isKeySet: row?.hasSecret ?? false
        )
    }

    /// What can stand in a header.
    private static func isToken(_ text: String) -> Bool {
        (1...500).contains(text.utf8.count) && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func isListByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
