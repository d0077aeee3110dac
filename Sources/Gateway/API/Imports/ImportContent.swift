/// The bytes of an uploaded file.
enum ImportContent: Sendable {
    static let chunkBytes = 256 << 10

    case memory([UInt8])
    case disk(SpooledFile)

    /// The next bytes from `offset` on; none at the end.
    func chunk(at offset: Int) throws -> [UInt8] {
        switch self {
        case .memory(let bytes): Array(bytes[min(offset, bytes.count)..<min(offset + Self.chunkBytes, bytes.count)])
        case .disk(let file): try file.read(at: offset, upTo: Self.chunkBytes)
        }
    }
}
