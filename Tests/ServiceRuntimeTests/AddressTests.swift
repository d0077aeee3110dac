@testable import ServiceRuntime
import Testing

@Suite("Addresses in the configuration")
struct AddressTests {
    @Test(
        "a role's URL keeps the server and the database and loses the owner's login",
        arguments: [
            (
                "postgresql://owner:pw@db.example:5433/mail?sslmode=verify-full",
                "postgresql://role@db.example:5433/mail?sslmode=verify-full"
            ),
            ("postgres://db.example/mail", "postgres://role@db.example/mail"),
            ("postgresql:///mail?host=/run/pg&user=owner&password=x", "postgresql://role@/mail?host=/run/pg"),
            ("postgresql://owner@/mail?host=%2Frun%2Fpg", "postgresql://role@/mail?host=%2Frun%2Fpg"),
            ("postgresql://o:p%40@a,b:5433/mail", "postgresql://role@a,b:5433/mail"),
            ("postgresql://owner@host", "postgresql://role@host"),
            ("host=/run/pg dbname=mail user=owner password='a \\' b'", "host=/run/pg dbname=mail user=role"),
            ("dbname = 'my mail' user = owner", "dbname='my mail' user=role"),
        ]
    )
    func role(text: String, expected: String) throws {
        #expect(try DatabaseAddress(text).connectionString(role: "role") == expected)
    }

    @Test("neither a URI nor pairs is refused", arguments: ["", "mail", "mysql://x"])
    func refused(text: String) { #expect(throws: StartFailure.self) { try DatabaseAddress(text) } }

    @Test(
        "host and port",
        arguments: [("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:0", "::1", 0), ("mail.example:65535", "mail.example", 65535)]
    )
    func hostAndPort(text: String, host: String, port: Int) throws {
        let address = try #require(HostAndPort(text))
        #expect(address == HostAndPort(host: host, port: port))
        #expect(address.description == text)
    }

    @Test("no host and port", arguments: ["", ":80", "host", "host:", "host:65536", "host:-1", "::1:80", "[]:80", "host:8o"])
    func noHostAndPort(text: String) { #expect(HostAndPort(text) == nil) }

    @Test(
        "what is loopback",
        arguments: [
            ("127.0.0.1", true), ("127.8.8.8", true), ("::1", true), ("localhost", true), ("127.evil.example", false), ("0.0.0.0", false),
        ]
    )
    func loopback(host: String, expected: Bool) { #expect(HostAndPort(host: host, port: 1).isLoopback == expected) }

    @Test("the runtime directory: what is configured, else the default state directory's")
    func runtimeDirectory() {
        #expect(RuntimeDirectory.path(configured: "/x", environment: [:]) == "/x")
        #expect(RuntimeDirectory.defaultStateDirectory(environment: ["XDG_STATE_HOME": "/s", "HOME": "/h"]) == "/s/datamailer")
        #expect(
            RuntimeDirectory.defaultStateDirectory(environment: ["XDG_STATE_HOME": "relative", "HOME": "/h"])
                == "/h/.local/state/datamailer"
        )
    }
}
