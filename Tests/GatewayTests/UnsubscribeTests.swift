import Contracts
import Foundation
import Model
import Testing
import Tokens

@testable import Gateway

@Suite("Unsubscribing", .timeLimit(.minutes(1)))
struct UnsubscribeTests {
    @Test("looking at the page changes nothing (D5)", arguments: ["GET", "HEAD"])
    func looking(method: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.send(method, gateway.path(.unsubscribe))
            #expect(reply.status == 200)
            #expect(reply.header("set-cookie") == nil)
            #expect(gateway.backend.events.isEmpty)
            #expect(gateway.backend.state.now.unsubscribes.isEmpty)
        }
    }

    @Test("the page names the reader half and escapes the sender's name")
    func page() async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.get(gateway.path(.unsubscribe))
            #expect(reply.text.contains("<strong>l***@example.com</strong>"))
            #expect(!reply.text.contains("learner@"))
            #expect(reply.text.contains("&lt;App&gt; &amp; Co"))
            #expect(reply.text.contains("<html lang=\"en\">"))
            #expect(!reply.text.contains("<script"))
            let policy = reply.header("content-security-policy") ?? ""
            #expect(policy.hasPrefix("default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"))
        }
    }

    @Test("the page is there without Campaign, with nobody's name")
    func withoutCampaign() async throws {
        try await TestGateway.run { (gateway) async throws in
            gateway.backend.campaign.isUp = false
            let reply = try await gateway.get(gateway.path(.unsubscribe))
            #expect(reply.status == 200)
            #expect(reply.text.contains("this sender"))
            #expect(!reply.text.contains("@example.com"))
        }
    }

    @Test("one click needs no cookie, in both encodings, and ends this client's mail (RFC 8058)", arguments: [true, false])
    func oneClick(isMultipart: Bool) async throws {
        try await TestGateway.run { (gateway) async throws in
            let form = "List-Unsubscribe=One-Click"
            let parts = "--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n"
            let type = isMultipart ? "multipart/form-data; boundary=b" : "application/x-www-form-urlencoded"
            let body = Array((isMultipart ? parts : form).utf8)
            let reply = try await gateway.send("POST", gateway.path(.unsubscribe), ["Content-Type: \(type)"], body: body)
            #expect(reply.status == 200)
            #expect(reply.header("location") == nil)
            #expect(reply.header("set-cookie") == nil)
            let calls = gateway.backend.state.now.unsubscribes
            #expect(calls.map(\.unsubscribeScope) == [.client])
            #expect(calls.map(\.contactID) == [ContactID(77)])
            #expect(gateway.backend.events.map(\.type) == [.unsubscribe])
            #expect(gateway.backend.events.map(\.unsubscribeScope) == ["client"])
        }
    }

    @Test("the form's choice is what ends", arguments: UnsubscribeScope.allCases)
    func scopes(scope: UnsubscribeScope) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.send("POST", gateway.path(.unsubscribe), body: Array("scope=\(scope.rawValue)".utf8))
            #expect(reply.status == 200)
            #expect(gateway.backend.state.now.unsubscribes.map(\.unsubscribeScope) == [scope])
        }
    }

    @Test("another body is a 400 page and changes nothing", arguments: ["", "scope=zzz", "List-Unsubscribe=Yes", "scope=%zz", "{}"])
    func badForm(body: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.send("POST", gateway.path(.unsubscribe), body: Array(body.utf8))
            #expect(reply.status == 400)
            #expect(reply.header("content-type") == "text/html; charset=utf-8")
            #expect(gateway.backend.events.isEmpty)
        }
    }

    @Test("a token of another purpose, or none, is a 404 page")
    func badTokens() async throws {
        try await TestGateway.run { (gateway) async throws in
            let open = gateway.signer.sign(.open, kind: .campaign, messageID: 42)
            for token in [open, "AAAA", String(repeating: "A", count: 39)] {
                #expect(try await gateway.get("/unsubscribe/\(token)").status == 404)
                let reply = try await gateway.send("POST", "/unsubscribe/\(token)", body: Array("scope=client".utf8))
                #expect(reply.status == 404)
            }
            #expect(gateway.backend.events.isEmpty)
        }
    }

    @Test("the wish is taken when either way is open, and only then")
    func durability() async throws {
        try await TestGateway.run { (gateway) async throws in
            let path = gateway.path(.unsubscribe)
            gateway.backend.audience.isUp = false
            gateway.backend.campaign.isUp = false
            #expect(try await gateway.send("POST", path, body: Array("scope=client".utf8)).status == 200)
            #expect(gateway.backend.events.count == 1)
            gateway.backend.tracking.isUp = false
            #expect(try await gateway.send("POST", path, body: Array("scope=client".utf8)).status == 200)
            #expect(await !gateway.spool.isEmpty)
            try FileManager.default.removeItem(atPath: gateway.spool.directory)
            let refused = try await gateway.send("POST", path, body: Array("scope=client".utf8))
            #expect(refused.status == 503)
            #expect(refused.header("retry-after") != nil)
            gateway.backend.audience.isUp = true
            gateway.backend.campaign.isUp = true
            #expect(try await gateway.send("POST", path, body: Array("scope=client".utf8)).status == 200)
            #expect(gateway.backend.state.now.unsubscribes.count == 1)
        }
    }

    @Test("a form of more than 16 KiB is refused")
    func tooLarge() async throws {
        try await TestGateway.run { (gateway) async throws in
            let body = [UInt8](repeating: UInt8(ascii: "a"), count: 16_385)
            let reply = try await gateway.send("POST", gateway.path(.unsubscribe), body: body)
            #expect(reply.status == 413)
        }
    }
}
