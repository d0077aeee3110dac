import Foundation
import HTTPTransport
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Sending through a relay by SMTP", .timeLimit(.minutes(1)))
struct SMTPMailTransportTests {
    private let directory: URL
    private let sink: TestProcess
    private let transport: SMTPMailTransport

    init() async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("smtp-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        sink = try TestProcess(["/usr/bin/python3", Repository.fixture("smtp_sink.py"), directory.path])
        let port = Int(try await sink.firstLine().split(separator: " ").last ?? "") ?? 0
        transport = SMTPMailTransport(server: SMTPServer(host: "127.0.0.1", port: port, security: .none))
    }

    @Test("a message arrives byte for byte with its envelope, and the relay's queue id comes back")
    func accepted() async throws {
        #expect(await transport.send(.fixture(5)) == .accepted(messageID: "Q1"))
        #expect(Array(try Data(contentsOf: directory.appendingPathComponent("1.eml"))) == OutgoingMessage.fixture(5).bytes)
        let envelope = try String(contentsOf: directory.appendingPathComponent("1.envelope"), encoding: .utf8)
        #expect(envelope == "a@example.org b5@example.com")
    }

    @Test("many at once all arrive once, over no more connections than there are places")
    func many() async throws {
        let transport = transport
        let ids = await withTaskGroup(of: SendResult.self) { group in
            for number in 1...100 { group.addTask { await transport.send(.fixture(number)) } }
            return await group.reduce(into: [String]()) { if case .accepted(let id) = $1 { $0.append(id) } }
        }
        #expect(Set(ids).count == 100)
    }

    @Test(
        "each refusal has its consequence",
        arguments: [("refuse", "refused"), ("later", "message"), ("rate", "throttle"), ("content", "refused"), ("drop", "unknown")]
    )
    func refusals(local: String, expected: String) async throws {
        var message = OutgoingMessage.fixture()
        message.recipient = "\(local)@example.com"
        #expect(SESTransportTests.kind(await transport.send(message)) == expected)
        guard case .accepted = await transport.send(.fixture(2)) else {
            Issue.record("the message after it")
            return
        }
    }

    @Test("a message whose time is over never leaves")
    func tooLate() async throws { #expect(await transport.send(.fixture(1, latestStart: .now)) == .tooLate) }

    @Test("a relay that is not there holds the account")
    func nobodyThere() async throws {
        let gone = SMTPMailTransport(server: SMTPServer(host: "127.0.0.1", port: 1, security: .none))
        #expect(SESTransportTests.kind(await gone.send(.fixture())) == "account")
    }

    @Test(
        "the queue id is found in what relays say",
        arguments: [
            ("250 2.0.0 Ok: queued as 4XYZ", "4XYZ"), ("250 OK id=1abc-0001-XY", "1abc-0001-XY"),
            ("250 Ok 0100018f-aa-000000", "0100018f-aa-000000"),
            ("250 fine", ""), ("", ""),
        ]
    )
    func queueID(reply: String, id: String) { #expect(SMTPMailTransport.queueID(reply) == id) }
}
