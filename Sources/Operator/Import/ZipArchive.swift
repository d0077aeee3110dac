import Foundation
import Processes

/// A ZIP archive, read by Debian's `unzip`: nothing is written to disk.
struct ZipArchive {
    static let program = "/usr/bin/unzip"

    let path: String

    /// The files of the archive, in its order.
    func entries() throws -> [ZipEntry] {
        let listing = try UnzipRun(["-Z", "-1", path])
        var text: [UInt8] = []
        while let chunk = try listing.next() {
            text += chunk
            guard text.count <= 1 << 20 else { throw CommandFailure("\(path): the archive has too many files") }
        }
        try listing.finish(path)
        let names = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        return names.filter { !$0.hasSuffix("/") && !$0.hasPrefix("-") }.map { ZipEntry(archive: path, name: $0) }
    }
}

/// One file of an archive.
struct ZipEntry: ImportInput {
    let archive: String
    let name: String
    var title: String { name }
    /// Not known before it is read; only the progress bar would use it.
    var size: Int { 0 }

    func forEachChunk(_ body: ([UInt8]) async throws -> Void) async throws {
        let run = try UnzipRun(["-p", archive, pattern])
        do {
            while let chunk = try run.next() { try await body(chunk) }
        } catch {
            run.abandon()
            throw error
        }
        try run.finish("\(archive): \(name)")
    }

    /// `unzip` takes names as patterns.
    private var pattern: String {
        String(name.flatMap { "*?[]\\".contains($0) ? ["\\", $0] : [$0] })
    }
}

/// `unzip` at work.
private final class UnzipRun {
    private let pid: pid_t
    private let output: FileHandle

    init(_ arguments: [String]) throws {
        guard access(ZipArchive.program, X_OK) == 0 else {
            throw CommandFailure("\(ZipArchive.program) is not there; install Debian's package unzip, or unpack the archive")
        }
        // A password is asked for on the terminal otherwise.
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        let pipe = try OwnPipe()
        defer {
            close(null)
            close(pipe.writing)
        }
        output = FileHandle(fileDescriptor: pipe.reading, closeOnDealloc: true)
        pid = try ProcessSpawn([ZipArchive.program] + arguments, descriptors: [null, pipe.writing, null]).start()
    }

    /// The next bytes; nil at the end.
    func next() throws -> [UInt8]? {
        guard let data = try output.read(upToCount: ImportFile.chunkBytes), !data.isEmpty else { return nil }
        return Array(data)
    }

    /// - Throws: when the archive was not read to its end without a fault; 1 is a warning.
    func finish(_ what: String) throws {
        let end = ProcessEnd.wait(pid)
        guard end.isSuccess || end == .exited(1) else {
            throw CommandFailure("\(what): the archive cannot be read (unzip: \(end))")
        }
    }

    func abandon() {
        kill(pid, SIGTERM)
        _ = ProcessEnd.wait(pid)
    }
}
