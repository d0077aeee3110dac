import TestSupport
import Testing

@testable import AudienceService

/// Where files of list imports are not read from.
@Suite struct ListImportGuardTests {
    @Test(
        "no address of this machine is connected to, however it is written, although a server listens there (D28)",
        .timeLimit(.minutes(1)),
        arguments: ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]", "0"]
    )
    func guardedServer(host: String) async throws {
        let server = try ScriptedServer { _, _, _ in }
        let guarded = PublicListImportSource(allowsPrivate: false, port: Int(server.port))
        let error = await #expect(throws: ListImportFailure.self) { try await guarded.read("https://\(host):\(server.port)/m.jsonl") { _ in } }
        #expect(error?.reason == "fetch_failed: address_not_allowed_or_unreachable")
        #expect(server.connectionCount == 0)
        // The server is there: who may, reaches it.
        let open = PublicListImportSource(allowsPrivate: true)
        await #expect(throws: ListImportFailure.self) { try await open.read("https://\(host):\(server.port)/m.jsonl") { _ in } }
        #expect(server.connectionCount == 1)
    }

    @Test(
        "addresses of this machine and private networks, plain HTTP and other ports are not read (D28)",
        arguments: [
            ("https://127.0.0.1/m.jsonl", "address_not_allowed_or_unreachable"),
            ("https://[::1]/m.jsonl", "address_not_allowed_or_unreachable"),
            ("https://169.254.169.254/latest/meta-data/", "address_not_allowed_or_unreachable"),
            ("https://[::ffff:10.0.0.1]/", "address_not_allowed_or_unreachable"), ("https://0x7f000001/", "address_not_allowed_or_unreachable"),
            ("http://example.org/m.jsonl", "https_required"), ("https://example.org:8443/m.jsonl", "port_not_allowed"),
        ]
    )
    func guardedAddresses(_ url: String, _ reason: String) async throws {
        let source = PublicListImportSource(allowsPrivate: false)
        let error = await #expect(throws: ListImportFailure.self) { try await source.read(url) { _ in } }
        #expect(error?.reason == "fetch_failed: \(reason)")
    }
}
