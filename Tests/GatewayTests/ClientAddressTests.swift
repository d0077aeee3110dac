import Configuration
import Contracts
import Testing
import Tokens

@testable import Gateway

@Suite("Whom a request comes from", .timeLimit(.minutes(1)))
struct ClientAddressTests {
    private static let proxies = "127.0.0.1, 10.0.0.0/8,2001:db8:ffff::/48"

    @Test(
        "the rightmost address that is no trusted proxy, when a trusted proxy says so",
        arguments: [
            ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
            // What stands further left was sent by whoever the proxy saw.
            ("127.0.0.1", ["1.1.1.1, 203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", ["203.0.113.9, 10.1.2.3"], "203.0.113.9"),
            ("127.0.0.1", ["1.1.1.1", "203.0.113.9 ,10.1.2.3"], "203.0.113.9"),
            ("10.9.9.9", ["2001:db8:1::5, 2001:db8:ffff::1"], "2001:db8:1::5"),
            ("::ffff:127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", ["::ffff:203.0.113.9"], "203.0.113.9"),
            ("127.0.0.1", ["203.0.113.9:4711"], "203.0.113.9"), ("127.0.0.1", ["[2001:db8:1::5]:4711"], "2001:db8:1::5"),
            // All are proxies: the first of them.
            ("127.0.0.1", ["10.0.0.2, 10.0.0.1"], "10.0.0.2"),
            ("127.0.0.1", [], "127.0.0.1"), ("127.0.0.1", [""], "127.0.0.1"),
            // What is no address: the proxy that wrote it stands for them.
            ("127.0.0.1", ["203.0.113.9, unknown"], "127.0.0.1"), ("127.0.0.1", ["203.0.113.9, unknown, 10.0.0.1"], "10.0.0.1"),
            ("127.0.0.1", ["203.0.113.9,"], "127.0.0.1"), ("127.0.0.1", ["203.0.113.999"], "127.0.0.1"),
            // Nobody else is believed.
            ("192.0.2.1", ["203.0.113.9"], "192.0.2.1"), ("11.0.0.1", ["203.0.113.9"], "11.0.0.1"), ("::1", ["203.0.113.9"], "::1"),
        ] as [(String, [String], String)]
    )
    func client(peer: String, forwarded: [String], expected: String) throws {
        let proxies = try #require(TrustedProxies(Self.proxies))
        #expect(proxies.client(peer: IPAddress(peer), forwarded: forwarded).address == IPAddress(expected))
        #expect(TrustedProxies.none.client(peer: IPAddress(peer), forwarded: forwarded).address == IPAddress(peer))
    }

    @Test(
        "what is stored is the network, what is counted is the subscriber",
        arguments: [
            ("192.0.2.7", "192.0.2.0", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1::", "2001:db8:1:2::"), ("::1", "::", "::"),
        ]
    )
    func kept(text: String, network: String, bucket: String) {
        let client = ClientAddress(address: IPAddress(text))
        #expect(client.network == network)
        #expect(client.bucket == bucket)
    }

    @Test(
        "blocks hold what begins with their bits",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.128/25", "192.0.2.127", false),
            ("192.0.2.129/25", "192.0.2.200", true), ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false), ("::1", "::1", true),
        ]
    )
    func blocks(block: String, address: String, isInside: Bool) throws {
        #expect(try #require(AddressBlock(block)).contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(
        "what is no list of addresses is refused at the start, by the variable's name",
        arguments: ["proxy.example", "10.0.0.0/33", "1.2.3", "10.0.0.0/8/8", "10.0.0.0/+8", "::/129"]
    )
    func faults(list: String) {
        #expect(TrustedProxies(list) == nil)
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: ["DATAMAILER_TRUSTED_PROXIES": list]))
        let error = #expect(throws: GatewayConfiguration.Invalid.self) { try GatewayConfiguration(reader) }
        #expect(error?.description.contains("DATAMAILER_TRUSTED_PROXIES: \(list)") == true)
    }

    @Test("events of pixels, clicks and unsubscribes are stored with the client's network, by either way of reading the request")
    func events() async throws {
        let proxies = try #require(TrustedProxies("127.0.0.1"))
        try await TestGateway.run(proxies: proxies) { (gateway) async throws in
            let forwarded = ["X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 203.0.113.9"]
            _ = try await gateway.send("GET", gateway.path(.open, id: 1), forwarded)
            _ = try await gateway.send("GET", gateway.path(.open, id: 2), forwarded + ["User-Agent: \u{E9}"])
            _ = try await gateway.send("GET", gateway.clickPath("https://example.com/", id: 3), forwarded)
            _ = try await gateway.send("POST", gateway.path(.unsubscribe, id: 4), forwarded, body: Array("List-Unsubscribe=One-Click".utf8))
            _ = try await gateway.send("GET", gateway.path(.open, id: 5))
            let networks = Dictionary(uniqueKeysWithValues: gateway.backend.events.map { ($0.messageID, $0.address) })
            #expect(networks == [1: "203.0.113.0", 2: "203.0.113.0", 3: "203.0.113.0", 4: "203.0.113.0", 5: "127.0.0.0"])
        }
    }
}
