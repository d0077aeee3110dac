import CSV
import Cryptography
import Foundation

/// A CSV file on disk, read in chunks and never as a whole.
struct ImportFile {
    static let chunkBytes = 1 << 18

    let path: String
    let encoding: CSVEncoding
    let encodingName: String
    let size: Int

    init(path: String, encoding name: String) throws {
        guard let encoding = CSVEncoding(name: name) else {
            throw CommandFailure("--encoding: \(name) is not known; use utf-8, latin-1 or windows-1252")
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw CommandFailure("\(path): not a file") }
        self.path = path
        self.encoding = encoding
        encodingName = name
        size = Int(status.st_size)
    }

    /// Size and SHA-256: an interrupted import goes on only with the very same bytes.
    func fingerprint() throws -> String {
        let hash = StreamingSHA256()
        try forEachChunk { hash.update($0) }
        return "\(size)-" + Hexadecimal.encode(hash.finalize())
    }

    func forEachChunk(_ body: ([UInt8]) throws -> Void) throws {
        let handle = try open()
        defer { try? handle.close() }
        while let data = try handle.read(upToCount: Self.chunkBytes), !data.isEmpty { try body(Array(data)) }
    }

    func open() throws -> FileHandle {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw CommandFailure("\(path): cannot be read") }
        return handle
    }
}
