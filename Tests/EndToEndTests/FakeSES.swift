import Foundation
import HTTPTransport
import JSON

/// The fake of SES in a process of its own (`Tests/Fixtures/fake_ses.py`).
struct FakeSES: Sendable {
    struct Accepted: Sendable {
        var recipient: String
        /// The tag `m`: one value for each row of a ledger.
        var message: String
    }

    let process: KeptProcess
    let url: String
    private let transport = HTTPTransport()

    init(folder: TemporaryFolder) async throws {
        let words = [try await Fixtures.pythonWithBotocore(), Fixtures.path("fake_ses.py"), "--port", "0"]
        let environment = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME"].contains($0.key) }
        let process = try await KeptProcess.start(words, environment: environment, folder: folder, name: "ses")
        let port = try await eventually("the fake SES listens") {
            process.output.split(separator: "\n").first.flatMap { Int($0.split(separator: " ").last ?? "") }
        }
        self.process = process
        url = "http://127.0.0.1:\(port)"
    }

    /// What makes a service send through it.
    var environment: [String: String] {
        [
            "DATAMAILER_TRANSPORT": "ses", "AWS_ENDPOINT_URL_SESV2": url, "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKIAFAKEFAKEFAKEFAKE", "AWS_SECRET_ACCESS_KEY": "fake/secret+key/for/tests",
        ]
    }

    /// Every message that it took over.
    func accepted() async throws -> [Accepted] {
        let answer = try await control("GET", "messages")
        return (answer["messages"]?.arrayValue ?? []).map {
            Accepted(recipient: $0["to"]?.stringValue ?? "", message: $0["tags"]?["m"]?.stringValue ?? "")
        }
    }

    func acceptedCount() async throws -> Int64 { try await control("GET", "counts")["accepted"]?.int64Value ?? -1 }
    func requestCount() async throws -> Int64 { try await control("GET", "counts")["requests"]?.int64Value ?? -1 }

    /// The next messages meet these, one each.
    func misbehave(_ faults: String...) async throws {
        _ = try await control("POST", "faults", .object(JSONObject([(key: "faults", value: .array(faults.map { .string($0) }))])))
    }

    /// The next so many messages meet this one.
    func misbehave(_ fault: String, times: Int) async throws {
        let faults = JSONValue.array(Array(repeating: .string(fault), count: times))
        _ = try await control("POST", "faults", .object(JSONObject([(key: "faults", value: faults)])))
    }

    /// From now on all messages meet this one; nil is none.
    func misbehave(always fault: String?) async throws {
        let every: JSONValue = fault == nil ? 0 : 1
        let name: JSONValue = fault.map { .string($0) } ?? .null
        _ = try await control("POST", "faults", .object(JSONObject([(key: "fault", value: name), (key: "every", value: every)])))
    }

    func setLatency(milliseconds: Int64) async throws {
        let seconds = try JSONValue.parse(String(Double(milliseconds) / 1_000))
        _ = try await control("POST", "latency", .object(JSONObject([(key: "seconds", value: seconds)])))
    }

    /// What makes the gateway believe its notifications.
    var notifying: [String: String] {
        [
            "AWS_ENDPOINT_URL_SNS": url, "DATAMAILER_SNS_AUTHORITIES_FILE": Fixtures.path("sns/root.pem"),
            "DATAMAILER_SNS_TOPICS": "arn:aws:sns:eu-west-1:123456789012:ses-events",
        ]
    }

    /// What it says became of the messages, by their tags `m`.
    struct Told: Sendable, Equatable {
        var posted: Int64
        var refused: Int64
        var delivered: Set<String>
        var bounced: Set<String>
        /// Bounces that say nothing final about the address.
        var soft: Set<String>
        var complained: Set<String>
    }

    /// Tells the gateway what became of every message so far: the same for the same seed, shuffled, some of it more than once.
    func notify(_ gateway: String, seed: Int64, times: Int64 = 1) async throws -> Told {
        let plan: JSONValue = [
            "url": .string(gateway + "/webhooks/ses"), "seed": .number(JSONNumber(seed)), "times": .number(JSONNumber(times)),
            "bounces": .number(try Self.share("0.05")), "transient": .number(try Self.share("0.03")),
            "complaints": .number(try Self.share("0.02")), "copies": .number(try Self.share("0.3")),
        ]
        let told = try await control("POST", "notify", plan)
        func tags(_ name: String) -> Set<String> { Set((told[name]?.arrayValue ?? []).compactMap(\.stringValue)) }
        return Told(
            posted: told["posted"]?.int64Value ?? 0,
            refused: told["refused"]?.int64Value ?? -1,
            delivered: tags("delivered"),
            bounced: tags("bounced"),
            soft: tags("soft"),
            complained: tags("complained")
        )
    }

    private static func share(_ text: String) throws -> JSONNumber {
        guard case .number(let number) = try JSONValue.parse(text) else { throw Late(description: text) }
        return number
    }

    func end() async throws {
        process.signal(SIGTERM)
        _ = try await process.end(within: .seconds(10))
    }

    private func control(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
        let request = HTTPRequest(
            method: method,
            url: "\(url)/control/\(path)",
            headers: [("Connection", "close")],
            body: Array((body?.text ?? "").utf8),
            timeout: .seconds(150),
            maximumResponseBytes: 64 << 20
        )
        switch await transport.send(request) {
        case .response(let response): return try JSONValue.parse(response.body)
        case .failed(let failure): throw failure
        }
    }
}
