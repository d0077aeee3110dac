import Foundation
import HTTPTransport
import JSON
import Logging
import TestSupport
import Testing

@testable import DeliveryService

/// `Tests/Fixtures/fake_ses.py` in a process of its own.
struct FakeSES: Sendable {

    static let accessKey = "AKIAFAKEFAKEFAKEFAKE"
    static let secretKey = "fake/secret+key/for/tests"

    private let process: TestProcess
    private let http = HTTPTransport()
    let url: String

    init() async throws {
        process = try TestProcess(["/usr/bin/python3", Repository.fixture("fake_ses.py"), "--with-parent"])
        url = "http://127.0.0.1:" + (try await process.firstLine().split(separator: " ").last ?? "")
    }

    /// Ends it: nothing listens there any more.
    func end() async throws { try await process.finish() }

    var credentials: AWSCredentials { AWSCredentials(accessKeyID: Self.accessKey, secretAccessKey: Self.secretKey) }

    func transport(_ sources: [any AWSCredentialSource]? = nil) throws -> SESTransport {
        SESTransport(
            region: "eu-west-1",
            endpoint: try #require(SESEndpoint(url: url)),
            configurationSet: "datamailer",
            credentials: AWSCredentialChain(sources ?? [FixedCredentials([credentials])]),
            logger: .silent
        )
    }

    @discardableResult
    func control(_ path: String, _ body: String? = nil) async throws -> JSONValue {
        let method = body == nil ? "GET" : "POST"
        let url = url + "/control/" + path
        let request = HTTPRequest(method: method, url: url, body: Array((body ?? "").utf8), maximumResponseBytes: 1 << 26)
        let answer = try #require(await http.ask(request))
        return try JSONValue.parse(answer.body)
    }

    /// The next requests meet these faults, one each.
    func fail(_ faults: String...) async throws {
        try await control("faults", #"{"faults": ["\#(faults.joined(separator: #"", ""#))"]}"#)
    }

    /// How often each message (tag `m`) was accepted.
    func accepted() async throws -> [String: Int] {
        let messages = try await control("messages")["messages"]?.arrayValue ?? []
        return messages.reduce(into: [:]) { $0[$1["tags"]?["m"]?.stringValue ?? "", default: 0] += 1 }
    }

    func requests() async throws -> Int64 { try await control("counts")["requests"]?.int64Value ?? 0 }
}
