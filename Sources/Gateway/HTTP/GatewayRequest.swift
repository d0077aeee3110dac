import HTTPTypes
import HummingbirdCore
import NIOCore

/// A request as a handler sees it.
struct GatewayRequest: Sendable {
    let request: Request
    /// Decoded path parameters.
    let parameters: [String: String]
    /// The raw query, without `?`.
    let rawQuery: Substring
    /// Whom it comes from: who connected, or whom a trusted proxy names.
    let client: ClientAddress

    var method: HTTPRequest.Method { request.method }
    /// Truncated (IPv4 /24, IPv6 /48); empty when it is not known.
    var clientAddress: String { client.network }

    /// A query parameter; the first wins.
    ///
    /// Nil when it is absent or broken; others may be broken, mail programs add their own.
    func query(_ name: String) -> String? { rawQuery(name).flatMap { PercentDecoding.decode($0, plusIsSpace: true) } }

    /// Whether a query parameter is there and no text: a broken escape, bytes that are not UTF-8, NUL.
    func isQueryBroken(_ name: String) -> Bool { rawQuery(name) != nil && query(name) == nil }

    private func rawQuery(_ name: String) -> Substring? {
        for piece in rawQuery.split(separator: "&") {
            let parts = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if PercentDecoding.decode(parts[0], plusIsSpace: true) == name { return parts.count > 1 ? parts[1] : "" }
        }
        return nil
    }

    func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

    /// How much of a refused body is read on, so that a client that still sends sees the answer and is not reset.
    private static let drainLimit = 64 << 20

    /// The whole body; throws a 413 when it is larger than `limit` bytes.
    ///
    /// A body can be read once only.
    func body(upTo limit: Int) async throws -> ByteBuffer {
        let told = request.headers[.contentLength].flatMap { Int($0) } ?? 0
        guard told <= Self.drainLimit else { throw APIError.bodyTooLarge(limit: limit) }
        var whole = ByteBuffer()
        var count = 0
        for try await var part in request.body {
            count += part.readableBytes
            guard count <= Self.drainLimit else { break }
            if count <= limit, told <= limit {
                whole.writeBuffer(&part)
            } else {
                whole = ByteBuffer()
            }
        }
        guard count <= limit, told <= limit else { throw APIError.bodyTooLarge(limit: limit) }
        return whole
    }
}
