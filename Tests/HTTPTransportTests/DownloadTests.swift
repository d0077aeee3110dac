import TestSupport
import Testing

@testable import HTTPTransport

@Suite("Downloading in pieces", .timeLimit(.minutes(1)))
struct DownloadTests {
    private struct Enough: Error {}

    private static let body = String(decoding: (0..<3_000_000).map { UInt8(ascii: "a") + UInt8($0 / 7 % 26) }, as: UTF8.self)

    private func server(_ body: String, status: String = "200 OK") throws -> ScriptedServer {
        try ScriptedServer { _, connection, _ in
            while connection.readRequest() != nil { connection.respond(body, status: status) }
        }
    }

    @Test("a long body comes in pieces of bounded size, all of it in order, to a reader that is slower than the network")
    func longBody() async throws {
        let server = try server(Self.body)
        var received: [UInt8] = []
        var largest = 0
        let request = HTTPRequest(method: "GET", url: server.url, maximumResponseBytes: 1 << 30)
        let exchange = try await HTTPTransport().download(request) { piece in
            #expect(piece.status == 200)
            largest = max(largest, piece.bytes.count)
            received += piece.bytes
            for _ in 0..<200 { await Task.yield() }
        }
        let isIntact = received == Array(Self.body.utf8)
        #expect(isIntact)
        #expect(largest <= HTTPDownload.highWater + 1 << 17)
        #expect(exchange.response?.status == 200 && exchange.response?.body.isEmpty == true)
    }

    @Test("a body above the limit ends the transfer, and so does a reader that has enough")
    func ends() async throws {
        let server = try server(Self.body)
        let request = HTTPRequest(method: "GET", url: server.url, maximumResponseBytes: 2_000_000)
        var count = 0
        let exchange = try await HTTPTransport().download(request) { count += $0.bytes.count }
        #expect(exchange.failure?.reason == .responseTooLarge)
        #expect(count <= 2_000_000)
        await #expect(throws: Enough.self) {
            _ = try await HTTPTransport().download(request) { _ in throw Enough() }
        }
    }

    @Test("the answer's status comes with its body, and a server that is not there is a failure")
    func otherAnswers() async throws {
        let server = try server("no", status: "404 Not Found")
        var statuses: [Int] = []
        let exchange = try await HTTPTransport().download(HTTPRequest(method: "GET", url: server.url)) { statuses.append($0.status) }
        #expect(statuses == [404] && exchange.response?.status == 404)
        server.close()
        var configuration = HTTPTransportConfiguration()
        configuration.addressPolicy = .publicOnly
        let refused = try await HTTPTransport(configuration).download(HTTPRequest(method: "GET", url: server.url)) { _ in }
        #expect(refused.failure?.reason == .connect)
    }
}
