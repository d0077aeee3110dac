import Foundation
import HTTPTransport
import JSON
import Logging
import Model
import TestSupport

@testable import Gateway

/// `Tests/Fixtures/fake_sns.py` in a process of its own.
final class FakeSNS: Sendable {
    static let topic = "arn:aws:sns:eu-west-1:123456789012:ses-events"

    private let process: TestProcess
    private let http = HTTPTransport()
    let url: String

    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fixtures")

    init() async throws {
        let environment = ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 }
        let script = Self.fixtures.appendingPathComponent("fake_sns.py").path
        process = try TestProcess(["/usr/bin/python3", script], environment: environment)
        let port = try await process.firstLine().split(whereSeparator: \.isWhitespace).last.flatMap { UInt16($0) }
        guard let port else { throw WireFault(description: "the fake SNS does not listen") }
        url = "http://127.0.0.1:\(port)"
    }

    /// An intake that trusts the test's authority and asks this fake in place of SNS.
    func intake(
        topics: [String] = [FakeSNS.topic],
        authorities: String? = "root.pem",
        now: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws -> ProviderIntake {
        var configuration = ProviderConfiguration()
        configuration.topics = Set(topics.compactMap { SNSTopic(arn: $0) })
        configuration.endpoint = url
        configuration.authoritiesFile = authorities.map { Self.fixtures.appendingPathComponent("sns/\($0)").path }
        return try ProviderIntake(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, now: now)
    }

    /// A signed envelope; `certificate` is a letter or nothing for the good one.
    func sign(_ fields: JSONValue = [:], version: String = "2", certificate: Character? = nil) async throws -> JSONValue {
        var call: [(key: String, value: JSONValue)] = [("fields", fields), ("version", .string(version))]
        if let certificate {
            call.append(("certificate", .string("/SimpleNotificationService-\(String(repeating: certificate, count: 32)).pem")))
        }
        return try await control("POST", "sign", .object(JSONObject(call)))
    }

    func answer(with status: Int64?) async throws {
        _ = try await control("POST", "state", ["status": status.map { .number(JSONNumber($0)) } ?? .null])
    }

    /// Everything that was asked of it, beside the control calls.
    func seen() async throws -> [String] { (try await control("GET", "seen")["paths"]?.arrayValue ?? []).compactMap(\.stringValue) }

    private func control(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let request = HTTPRequest(method: method, url: "\(url)/control/\(path)", body: Array((body?.text ?? "").utf8))
        switch await http.send(request) {
        case .response(let response): return try JSONValue.parse(response.body)
        case .failed(let failure): throw failure
        }
    }
}
