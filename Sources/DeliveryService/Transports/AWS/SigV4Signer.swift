import Cryptography
import Model

/// A request as Signature Version 4 sees it.
struct SigV4Request: Sendable {
    var method: String
    /// The authority with its port, as in the `Host` header.
    var host: String
    /// As it goes over the wire, encoded once.
    var path: String
    /// Decoded names and values.
    var query: [(name: String, value: String)] = []
    /// All of them are signed, beside `host`, `x-amz-date` and `x-amz-security-token`.
    var headers: [(name: String, value: String)]
    /// SHA-256 of the body in hexadecimal.
    var bodyHash: String
}

/// Signs requests by AWS Signature Version 4 for services other than S3 (path segments are encoded twice).
struct SigV4Signer: Sendable {
    static let algorithm = "AWS4-HMAC-SHA256"

    let region: String
    let service: String
    private let keys = SigningKeyCache()

    init(region: String, service: String) {
        self.region = region
        self.service = service
    }

    /// The headers to add to the request: `X-Amz-Date`, `X-Amz-Security-Token` with temporary credentials, and `Authorization`.
    func headers(for request: SigV4Request, credentials: AWSCredentials, at moment: Timestamp) -> [(name: String, value: String)] {
        let date = AWSDate.basic(moment)
        var added = [(name: "X-Amz-Date", value: date)]
        if let token = credentials.sessionToken { added.append((name: "X-Amz-Security-Token", value: token)) }
        var signed = request
        signed.headers += added + [(name: "Host", value: request.host)]
        let canonical = Self.canonicalRequest(signed)
        let day = String(date.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let toSign = "\(Self.algorithm)\n\(date)\n\(scope)\n" + SHA256.hexadecimalHash(canonical.text.utf8)
        let key = keys.key(secret: credentials.secretAccessKey, day: day, region: region, service: service)
        let signature = Hexadecimal.encode(key.authenticationCode(for: toSign.utf8))
        let credential = "Credential=\(credentials.accessKeyID)/\(scope)"
        added.append(
            (
                name: "Authorization",
                value: "\(Self.algorithm) \(credential), SignedHeaders=\(canonical.signedHeaders), Signature=\(signature)"
            )
        )
        return added
    }

    /// The canonical request, and the names of its headers.
    static func canonicalRequest(_ request: SigV4Request) -> (text: String, signedHeaders: String) {
        let headers = request.headers.map { (name: $0.name.lowercased(), value: collapsed($0.value)) }.sorted { $0.name < $1.name }
        let names = headers.map(\.name).joined(separator: ";")
        var text = "\(request.method)\n\(canonicalPath(request.path))\n\(query(request.query))\n"
        for header in headers { text += "\(header.name):\(header.value)\n" }
        text += "\n\(names)\n\(request.bodyHash)"
        return (text, names)
    }

    /// The query of the URL, which is also the canonical one: names and values encoded, then sorted.
    static func query(_ items: [(name: String, value: String)]) -> String {
        guard !items.isEmpty else { return "" }
        return items.map { (AWSEncoding.encode($0.name), AWSEncoding.encode($0.value)) }
            .sorted { $0.0 == $1.0 ? $0.1.utf8.lexicographicallyPrecedes($1.1.utf8) : $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }

    /// Dot segments and empty ones removed, the rest encoded once more than on the wire.
    private static func canonicalPath(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: true) {
            if segment == ".." { _ = segments.popLast() } else if segment != "." { segments.append(segment) }
        }
        let isFolder = path.hasSuffix("/") && !segments.isEmpty
        return "/" + AWSEncoding.encode(segments.joined(separator: "/"), keepsSlash: true) + (isFolder ? "/" : "")
    }

    /// Without spaces at the ends, and one space for several between.
    private static func collapsed(_ value: String) -> String {
        guard value.utf8.contains(UInt8(ascii: " ")) || value.utf8.contains(UInt8(ascii: "\t")) else { return value }
        return value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }
}
