import Glibc

/// The file of a Unix socket that we bind ourselves.
enum UnixSocketFile {
    /// Removes what a dead process left at `path`.
    ///
    /// Only a refused connect() proves that nobody listens; anything else leaves the file alone and throws ``RPCServerError``.
    static func clear(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw RPCServerError.notASocket(path: path) }
        guard isRefused(path) else { throw RPCServerError.addressInUse(path: path) }
        remove(path)
    }

    static func remove(_ path: String) { _ = unlink(path) }

    /// Binds a listening socket that the owner and the group may connect to, and nobody else.
    ///
    /// Nobody can connect before listen(2), so the file never has wider rights than that. The caller owns the descriptor and the file.
    static func listen(at path: String) throws -> CInt {
        try clear(path)
        let descriptor = try makeSocket()
        let isListening =
            withAddress(of: path) { Glibc.bind(descriptor, $0, $1) } == 0 && chmod(path, 0o660) == 0 && Glibc.listen(descriptor, 512) == 0
        guard isListening else {
            let code = errno
            close(descriptor)
            throw RPCServerError.cannotListen(path: path, errno: code)
        }
        return descriptor
    }

    private static func isRefused(_ path: String) -> Bool {
        guard let descriptor = try? makeSocket() else { return false }
        defer { close(descriptor) }
        return withAddress(of: path) { connect(descriptor, $0, $1) } != 0 && errno == ECONNREFUSED
    }

    /// Non-blocking: a listener with a full backlog then answers EAGAIN, which is no refusal.
    private static func makeSocket() throws -> CInt {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw RPCServerError.cannotListen(path: "", errno: errno) }
        return descriptor
    }

    /// Fails with ENAMETOOLONG like the system would, instead of cutting the path off.
    private static func withAddress(of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            errno = ENAMETOOLONG
            return -1
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}
