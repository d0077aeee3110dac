import JSON
import Logging
import Testing

@testable import DeliveryService

@Suite("Sending through SES", .timeLimit(.minutes(1)))
struct SESTransportTests {
    @Test("a message is signed, accepted once, and its tags and configuration set arrive")
    func accepted() async throws {
        let ses = try await FakeSES()
        let result = try await ses.transport().send(.fixture(7))
        guard case .accepted(let id) = result else { throw Unexpected(result) }
        #expect(id.hasPrefix("0100"))
        let messages = try await ses.control("messages")["messages"]?.arrayValue ?? []
        #expect(messages.count == 1)
        #expect(messages.first?["tags"]?["m"]?.stringValue == "c-7")
        #expect(messages.first?["tags"]?["a"]?.stringValue == "1")
        #expect(messages.first?["to"]?.stringValue == "b7@example.com")
        #expect(messages.first?["from"]?.stringValue == "A <a@example.org>")
        #expect(messages.first?["configuration_set"]?.stringValue == "datamailer")
    }

    @Test(
        "every misbehaviour of the server is classified, and nothing is repeated",
        arguments: [
            ("throttle", "throttle", 0), ("quota", "account", 0), ("rejected", "refused", 0), ("paused", "suspended", 0),
            ("no_such_set", "suspended", 0),
            ("unavailable", "message", 0), ("error_after_accept", "unknown", 1), ("bad_gateway", "unknown", 1),
            ("close_before_reading", "unknown", 0),
            ("close_after_reading", "unknown", 0), ("close_after_accept", "unknown", 1), ("cut_reply", "accepted", 1),
            ("bad_json", "unknown", 1),
        ]
    )
    func faults(fault: String, expected: String, accepted: Int) async throws {
        let ses = try await FakeSES()
        let transport = try ses.transport()
        // The second message uses the kept connection, which is where a careless client repeats.
        guard case .accepted = await transport.send(.fixture(1)) else { throw Unexpected("the first message") }
        try await ses.fail(fault)
        let result = await transport.send(.fixture(2))
        #expect(Self.kind(result) == expected, "\(result)")
        #expect(try await ses.accepted()["c-2", default: 0] == accepted)
        guard case .accepted = await transport.send(.fixture(3)) else { throw Unexpected("the message after it") }
    }

    @Test("expired credentials are replaced and the refused call is made once more")
    func expiredCredentials() async throws {
        let ses = try await FakeSES()
        let source = FixedCredentials([AWSCredentials(accessKeyID: "AKIAOLD", secretAccessKey: "old"), ses.credentials])
        let transport = try ses.transport([source])
        guard case .accepted = await transport.send(.fixture()) else { throw Unexpected("not accepted") }
        #expect(source.loads == 2)
        #expect(try await ses.requests() == 2)
    }

    @Test("credentials that stay wrong stop the account after one more look for others")
    func wrongCredentials() async throws {
        let ses = try await FakeSES()
        let source = FixedCredentials([AWSCredentials(accessKeyID: "AKIAOLD", secretAccessKey: "old")])
        let result = try await ses.transport([source]).send(.fixture())
        #expect(Self.kind(result) == "suspended", "\(result)")
        #expect(try await ses.requests() == 1)
    }

    @Test("a clock that is ten minutes off is corrected from the server's date")
    func clockSkew() async throws {
        let ses = try await FakeSES()
        let transport = try ses.transport()
        try await ses.control("clock", #"{"offset": 600}"#)
        guard case .accepted = await transport.send(.fixture(1)) else { throw Unexpected("not accepted") }
        #expect(try await ses.requests() == 2)
        guard case .accepted = await transport.send(.fixture(2)) else { throw Unexpected("not accepted") }
        #expect(try await ses.requests() == 3)
    }

    @Test("a message whose time is over never leaves")
    func tooLate() async throws {
        let ses = try await FakeSES()
        let result = try await ses.transport().send(.fixture(1, latestStart: .now))
        #expect(result == .tooLate)
        #expect(try await ses.requests() == 0)
    }

    @Test("nothing listening is an outage of the account, not a fault of the message")
    func nobodyThere() async throws {
        let ses = try await FakeSES()
        try await ses.end()
        let transport = SESTransport(
            region: "eu-west-1",
            endpoint: try #require(SESEndpoint(url: ses.url)),
            configurationSet: nil,
            credentials: AWSCredentialChain([FixedCredentials([AWSCredentials(accessKeyID: "a", secretAccessKey: "b")])]),
            logger: .silent
        )
        #expect(Self.kind(await transport.send(.fixture())) == "account")
    }

    @Test("the account's rate is learnt, and kept for a minute")
    func rate() async throws {
        let ses = try await FakeSES()
        let transport = try ses.transport()
        try await ses.control("account", #"{"MaxSendRate": 14.0}"#)
        #expect(await transport.allowedRate() == .known(14))
        try await ses.control("account", #"{"MaxSendRate": 50.0}"#)
        #expect(await transport.allowedRate() == .known(14))
    }

    private struct Unexpected: Error {
        var description: String
        init(_ what: Any) { description = "\(what)" }
    }

    static func kind(_ result: SendResult) -> String {
        switch result {
        case .accepted: "accepted"
        case .refused: "refused"
        case .unknown: "unknown"
        case .notSent(_, .message): "message"
        case .notSent(_, .late): "late"
        case .notSent(_, .throttle): "throttle"
        case .notSent(_, .account): "account"
        case .notSent(_, .suspended): "suspended"
        case .notSent(_, .sender): "sender"
        }
    }
}
