import Foundation

/// The file work of the spool.
///
/// Every file is bounded, and one that is being replayed is never written to again.
///
/// Writers and replayers may be different processes (a restart overlaps), so both lock: a writer writes only to a file that still has its
/// name once it holds the lock, a replayer renames under the lock.
struct SpoolFile: Sendable {
    /// A file that is longer is not continued.
    static let maximumBytes = 8 << 20

    let directory: String
    /// Holds what can never be replayed.
    var refused: String { directory + "/refused.jsonl" }

    /// Appends whole lines and flushes them (fsync); false when the disk does not take them.
    ///
    /// Nothing half-written stays readable.
    func append(_ line: [UInt8]) -> Bool {
        for number in 0..<10_000 {
            let path = "\(directory)/events-\(getpid())-\(number).jsonl"
            switch write(line, to: path, limit: Self.maximumBytes) {
            case .written: return true
            case .failed: return false
            case .full: continue
            case .moved: if write(line, to: path, limit: Self.maximumBytes) == .written { return true }
            }
        }
        return false
    }

    /// Keeps a line that cannot be replayed, flushed, for a person to look at; throws when the disk does not take it.
    func setAside(_ line: [UInt8]) throws(SpoolFault) {
        guard write(line + [UInt8(ascii: "\n")], to: refused, limit: .max) == .written else { throw SpoolFault("write", refused) }
    }

    /// The files with events, oldest names first; throws when the directory cannot be read.
    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasPrefix("events-") }.sorted()
    }

    /// Takes a file away from its writers; nil when somebody else was faster.
    ///
    /// Throws when it cannot be taken: it stays.
    func take(_ name: String) throws(SpoolFault) -> String? {
        let path = directory + "/" + name
        guard !name.hasSuffix(".replay") else { return path }
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return try Self.gone("open", path) }
        defer { close(descriptor) }
        let taken = "\(directory)/\(name).\(UInt32.random(in: .min ... .max)).replay"
        guard flock(descriptor, LOCK_EX) == 0 else { throw SpoolFault("lock", path) }
        guard hasName(path, descriptor) else { return nil }
        return rename(path, taken) == 0 ? taken : try Self.gone("rename", path)
    }

    /// Everything in a file; nil when it is gone, because another replayer has finished it.
    ///
    /// Throws for any other reason (too many open files, a disk error, no memory): what cannot be read now must not be taken for empty.
    func read(_ path: String) throws(SpoolFault) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return try Self.gone("open", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = piece.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SpoolFault("read", path) }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    /// Nil when the last call failed because there is no such file.
    private static func gone<Value>(_ call: String, _ path: String) throws(SpoolFault) -> Value? {
        if errno == ENOENT { return nil }
        throw SpoolFault(call, path)
    }

    private enum Outcome { case written, failed, full, moved }

    private func write(_ line: [UInt8], to path: String, limit: Int) -> Outcome {
        let isNew = access(path, F_OK) != 0
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return .failed }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { return .failed }
        guard hasName(path, descriptor) else { return .moved }
        let start = lseek(descriptor, 0, SEEK_END)
        guard start >= 0 else { return .failed }
        guard start < limit else { return .full }
        // The line end before the line keeps it apart from one that a crash has cut.
        guard writeAll([UInt8(ascii: "\n")] + line, descriptor), fsync(descriptor) == 0, !isNew || flushDirectory() else {
            _ = ftruncate(descriptor, start)
            return .failed
        }
        return .written
    }

    private func writeAll(_ bytes: [UInt8], _ descriptor: CInt) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// A new file's name is durable only when its directory is.
    private func flushDirectory() -> Bool {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    /// Whether the path still leads to the open file.
    private func hasName(_ path: String, _ descriptor: CInt) -> Bool {
        var opened = stat()
        var named = stat()
        return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }
}

/// A file of the spool that cannot be used at the moment, and why.
struct SpoolFault: Error, CustomStringConvertible {
    var description: String

    init(_ call: String, _ path: String) { description = "\(call) \(path): \(String(cString: strerror(errno)))" }
}
