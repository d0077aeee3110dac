import Contracts
import Foundation
import HTTPTransport

/// Where an import's file comes from.
protocol ListImportSource: Sendable {
    /// Reads the file in pieces.
    ///
    /// - Throws: ``ListImportFailure``, or what `receive` throws.
    func read(_ url: String, _ receive: ([UInt8]) async throws -> Void) async throws
}

/// Why a file could not be read; says nothing about what answers at other addresses.
struct ListImportFailure: Error, Equatable {
    /// As the job tells it.
    var reason: String
    /// Whether another attempt may succeed.
    var isTransient: Bool

    static func fetch(_ reason: String, isTransient: Bool = false) -> ListImportFailure {
        ListImportFailure(reason: "fetch_failed: \(reason)", isTransient: isTransient)
    }
}

/// Reads files by HTTPS from public addresses: every address is checked when it is connected to, no redirect is followed, no proxy is used.
struct PublicListImportSource: ListImportSource {
    static let maximumBytes = 1 << 30

    /// Whether this machine's and private networks' addresses, plain HTTP and other ports are allowed: for trying things out.
    let allowsPrivate: Bool
    private let port: Int
    private let transport: HTTPTransport
    private let maximumBytes: Int

    /// `port`: the one that public addresses are read at.
    init(allowsPrivate: Bool, maximumBytes: Int = Self.maximumBytes, port: Int = 443) {
        self.allowsPrivate = allowsPrivate
        self.port = port
        self.maximumBytes = maximumBytes
        var configuration = HTTPTransportConfiguration()
        configuration.maximumConnections = 4
        configuration.allowsPlainHTTP = allowsPrivate
        configuration.addressPolicy = allowsPrivate ? .any : .publicOnly
        transport = HTTPTransport(configuration)
    }

    func read(_ url: String, _ receive: ([UInt8]) async throws -> Void) async throws {
        guard let parts = URLComponents(string: url) else { throw ListImportFailure.fetch("invalid_url") }
        if !allowsPrivate {
            guard parts.scheme?.lowercased() == "https" else { throw ListImportFailure.fetch("https_required") }
            guard parts.port ?? 443 == port else { throw ListImportFailure.fetch("port_not_allowed") }
        }
        let request = HTTPRequest(
            method: "GET",
            url: url,
            headers: [("Accept", "application/x-ndjson, application/json, text/plain, */*"), ("User-Agent", "datamailer")],
            timeout: .seconds(900),
            maximumResponseBytes: maximumBytes
        )
        let exchange = try await transport.download(request) { piece in
            // Another answer's text is not the file.
            if piece.status == 200 { try await receive(piece.bytes) }
        }
        switch exchange {
        case .response(let answer):
            guard answer.status != 200 else { return }
            throw ListImportFailure.fetch("status_\(answer.status)", isTransient: answer.status >= 500 || answer.status == 429)
        case .failed(let failure):
            throw ListImportFailure.fetch(Self.reason(failure), isTransient: Self.isTransient(failure))
        }
    }

    private static func reason(_ failure: HTTPFailure) -> String {
        switch failure.reason {
        case .malformedRequest: "invalid_url"
        case .nameLookup: "name_not_found"
        case .connect: "address_not_allowed_or_unreachable"
        case .responseTooLarge: "response_too_large"
        case .tls: "tls"
        case .timedOut: "timed_out"
        default: "connection_lost"
        }
    }

    private static func isTransient(_ failure: HTTPFailure) -> Bool {
        switch failure.reason {
        case .malformedRequest, .responseTooLarge, .tls: false
        default: true
        }
    }
}

/// What a source's URL may be when an import is accepted; where it leads is judged when it is read.
enum ListImportURLRules {
    static let maximumLength = 2_048

    /// Why a URL is refused; nil when it is fine.
    static func fault(_ url: String) -> String? {
        let text = url.trimmingCharacters(in: .whitespacesAndNewlines)
        if text.isEmpty { return "required" }
        if text.unicodeScalars.count > maximumLength { return "too_long" }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let parts = URLComponents(string: text),
            ["http", "https"].contains(parts.scheme?.lowercased()), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil
        else { return "invalid" }
        return nil
    }
}
