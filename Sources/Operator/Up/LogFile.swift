import Foundation

/// The log of one process: appended to, put aside once when it has grown.
enum LogFile {
    static let rotationBytes = 32 << 20

    /// - Returns: a descriptor that is closed on exec.
    static func open(_ path: String) throws -> CInt {
        var status = stat()
        if stat(path, &status) == 0, status.st_size > rotationBytes { rename(path, path + ".1") }
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CommandFailure("\(path) cannot be written: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let high = fcntl(descriptor, F_DUPFD_CLOEXEC, CInt(64))
        guard high >= 0 else { throw CommandFailure("no descriptor: \(String(cString: strerror(errno)))") }
        return high
    }
}
