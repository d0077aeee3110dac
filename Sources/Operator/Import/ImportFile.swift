import Foundation

/// A CSV file on disk.
struct ImportFile: ImportInput {
    static let chunkBytes = 1 << 18

    let path: String
    let size: Int
    var title: String { path }

    init(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw CommandFailure("\(path): not a file") }
        self.path = path
        size = Int(status.st_size)
    }

    /// Whether a path leads to this very file.
    func isSame(as other: String) -> Bool {
        var (own, others) = (stat(), stat())
        guard stat(path, &own) == 0, stat(other, &others) == 0 else { return false }
        return own.st_dev == others.st_dev && own.st_ino == others.st_ino
    }

    func forEachChunk(_ body: ([UInt8]) async throws -> Void) async throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw CommandFailure("\(path): cannot be read") }
        defer { try? handle.close() }
        while let data = try handle.read(upToCount: Self.chunkBytes), !data.isEmpty { try await body(Array(data)) }
    }

    /// The first bytes tell a ZIP archive (its local file header's signature).
    func isArchive() throws -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw CommandFailure("\(path): cannot be read") }
        defer { try? handle.close() }
        return try handle.read(upToCount: 4).map(Array.init) == [0x50, 0x4B, 0x03, 0x04]
    }
}
