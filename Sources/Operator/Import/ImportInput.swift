import Cryptography

/// A CSV that is read in chunks and never as a whole, as often as needed.
protocol ImportInput: Sendable {
    /// What messages call it.
    var title: String { get }
    /// In bytes.
    var size: Int { get }
    func forEachChunk(_ body: ([UInt8]) async throws -> Void) async throws
}

extension ImportInput {
    /// Size and SHA-256: an interrupted import goes on only with the very same bytes.
    func fingerprint() async throws -> String {
        let hash = StreamingSHA256()
        try await forEachChunk { hash.update($0) }
        return "\(size)-" + Hexadecimal.encode(hash.finalize())
    }
}
