import Foundation
import HTTPTransport
import JSON
import Systemd
import TestSupport
import Testing

@testable import DeliveryService

@Suite("SMTP over TLS", .timeLimit(.minutes(1)))
struct SMTPSecurityTests {
    /// A relay with a certificate, and where it puts what it takes.
    private struct Relay {
        let directory: URL
        let process: TestProcess
        let port: Int

        init(_ mode: String, _ authority: TestAuthority?, login: [String] = [], _ directory: URL) async throws {
            self.directory = directory
            let secured = authority.map { [$0.certificate, $0.key] + login } ?? []
            process = try TestProcess(["/usr/bin/python3", Repository.fixture("smtp_sink.py"), directory.path, mode] + secured)
            port = Int(try await process.firstLine().split(separator: " ").last ?? "") ?? 0
        }

        /// What the relay knew of the connection that a message came by.
        func session(_ number: Int) throws -> JSONValue {
            try JSONValue.parse(Array(try Data(contentsOf: directory.appendingPathComponent("\(number).session"))))
        }

        var messages: [String] {
            get throws { try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".eml") } }
        }
    }

    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("smtp-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    private func transport(_ url: String, authority: TestAuthority?) throws -> SMTPMailTransport {
        try TransportFactory.smtp(url, authorityFile: authority?.file, credentials: SystemdCredentials(directory: nil))
    }

    private func url(_ mode: String, _ relay: Relay, login: String = "") -> String {
        mode == "implicit" ? "smtps://\(login)127.0.0.1:\(relay.port)" : "smtp://\(login)127.0.0.1:\(relay.port)?starttls=required"
    }

    @Test("a relay whose certificate a named authority has signed gets the message, encrypted", arguments: ["starttls", "implicit"])
    func trusted(mode: String) async throws {
        let authority = try await TestAuthority(directory)
        let relay = try await Relay(mode, authority, directory)
        let transport = try transport(url(mode, relay), authority: authority)
        #expect(await transport.send(.fixture(5)) == .accepted(messageID: "Q1"))
        #expect(Array(try Data(contentsOf: directory.appendingPathComponent("1.eml"))) == OutgoingMessage.fixture(5).bytes)
        #expect(try relay.session(1)["tls"]?.stringValue?.hasPrefix("TLSv1.") == true)
    }

    @Test(
        "a certificate of another authority, or for another name, ends it before a byte of the message: it is tried again, never unknown",
        arguments: ["starttls", "implicit"],
        ["other authority", "the system's authorities", "other name"]
    )
    func untrusted(mode: String, why: String) async throws {
        let authority = try await TestAuthority(directory, name: why == "other name" ? "DNS:relay.example" : "IP:127.0.0.1")
        let relay = try await Relay(mode, authority, directory)
        let trusted: TestAuthority? =
            switch why {
            case "other authority": try await TestAuthority(directory)
            case "other name": authority
            default: nil
            }
        let result = await (try transport(url(mode, relay), authority: trusted)).send(.fixture())
        #expect(SESTransportTests.kind(result) == "account", "\(result)")
        #expect(try relay.messages.isEmpty)
    }

    @Test("where STARTTLS is optional a certificate that is not trusted is no reason to go on in the clear")
    func optional() async throws {
        let relay = try await Relay("starttls", try await TestAuthority(directory), directory)
        let transport = try transport("smtp://127.0.0.1:\(relay.port)", authority: try await TestAuthority(directory))
        #expect(SESTransportTests.kind(await transport.send(.fixture())) == "account")
        #expect(try relay.messages.isEmpty)
    }

    @Test("a relay without STARTTLS gets nothing where it is required, least of all a password")
    func stripped() async throws {
        let relay = try await Relay("plain", nil, directory)
        let transport = try transport("smtp://user:secret@127.0.0.1:\(relay.port)", authority: nil)
        #expect(SESTransportTests.kind(await transport.send(.fixture())) == "account")
        #expect(try relay.messages.isEmpty)
    }

    @Test("the login comes after STARTTLS; a wrong password is the account's trouble and not the message's", arguments: ["starttls", "implicit"])
    func login(mode: String) async throws {
        let authority = try await TestAuthority(directory)
        let relay = try await Relay(mode, authority, login: ["user", "s e/cret"], directory)
        let wrong = try transport(url(mode, relay, login: "user:wrong@"), authority: authority)
        #expect(SESTransportTests.kind(await wrong.send(.fixture())) == "suspended")
        let anonymous = try transport(url(mode, relay), authority: authority)
        guard case .accepted = await anonymous.send(.fixture()) else {
            #expect(try relay.messages.isEmpty)
            let right = try transport(url(mode, relay, login: "user:s%20e%2Fcret@"), authority: authority)
            #expect(await right.send(.fixture()) == .accepted(messageID: "Q1"))
            let session = try relay.session(1)
            #expect(session["login"] == "user" && session["tls"]?.stringValue != nil)
            return
        }
        Issue.record("taken without a login")
    }

    @Test("messages one after another share one connection and its handshake", arguments: ["starttls", "implicit"])
    func reuse(mode: String) async throws {
        let authority = try await TestAuthority(directory)
        let relay = try await Relay(mode, authority, directory)
        let transport = try transport(url(mode, relay), authority: authority)
        for number in 1...3 { #expect(await transport.send(.fixture(number)) == .accepted(messageID: "Q\(number)")) }
        let connections = try (1...3).map { try relay.session($0)["connection"]?.int64Value }
        #expect(Set(connections).count == 1 && connections.first != .some(nil))
    }
}
