import Foundation
import HTTPTransport
import JSON

/// The receiver of webhooks in a process of its own (`Tests/Fixtures/webhook_receiver.py`).
package struct WebhookReceiver: Sendable {
    package let url: String
    private let process: TestProcess
    private let transport = HTTPTransport()

    /// Starts one, runs the body, and ends it.
    package static func run(_ body: (WebhookReceiver) async throws -> Void) async throws {
        let receiver = try await WebhookReceiver()
        try await body(receiver)
        try await receiver.process.finish()
    }

    private init() async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/webhook_receiver.py").path
        process = try TestProcess(["/usr/bin/python3", script])
        url = "http://127.0.0.1:" + (try await process.firstLine().split(separator: " ").last ?? "")
    }

    /// What it is to do with the deliveries to a name, one after another; the last stays.
    package func set(_ name: String, _ behaviours: String...) async throws {
        let list = JSONValue.array(behaviours.map { .string($0) })
        _ = try await ask("PUT", "/control", ["behaviours": .object(JSONObject([(key: name, value: list)]))])
    }

    /// The secrets that deliveries to a name are checked with.
    package func setSecrets(_ name: String, _ secrets: [String]) async throws {
        let list = JSONValue.array(secrets.map { .string($0) })
        _ = try await ask("PUT", "/control", ["secrets": .object(JSONObject([(key: name, value: list)]))])
    }

    /// The deliveries to a name, in the order in which they came.
    package func seen(_ name: String) async throws -> [JSONValue] {
        (try await ask("GET", "/seen")["seen"]?.arrayValue ?? []).filter { $0["name"]?.stringValue == name }
    }

    /// Mailchimp's members: address to tags.
    package func members() async throws -> [String: [String]] {
        let members = try await ask("GET", "/seen")["members"]?.objectValue?.members.map(\.value) ?? []
        return Dictionary(
            uniqueKeysWithValues: members.map { ($0["email"]?.stringValue ?? "", $0["tags"]?.arrayValue?.compactMap(\.stringValue) ?? []) }
        )
    }

    private func ask(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let request = HTTPRequest(method: method, url: url + path, body: Array((body?.text ?? "").utf8), maximumResponseBytes: 64 << 20)
        switch await transport.send(request) {
        case .response(let response): return try JSONValue.parse(response.body)
        case .failed(let failure): throw failure
        }
    }
}
