import Cryptography
import Glibc

extension TokenKeys {
    /// Reads the keys from the file (`DATAMAILER_TOKEN_KEYS_FILE`), 64 KiB at most.
    package static func load(path: String) throws(TokenKeysError) -> TokenKeys {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .lastError("open", path) }
        defer { close(descriptor) }
        let limit = 65_536
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .lastError("read", path) }
            guard count > 0 else { break }
            bytes += chunk.prefix(count)
            guard bytes.count <= limit else { throw .fileTooLarge(path: path) }
        }
        return try TokenKeys(text: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads the keys, and makes a file with one fresh key first when there is none.
    ///
    /// The file appears whole, with mode 0600, and only once: of several processes that find it absent one makes it and all read the same.
    package static func loadOrCreate(path: String) throws(TokenKeysError) -> TokenKeys {
        guard access(path, F_OK) != 0 else { return try load(path: path) }
        let temporary = path + "." + Hexadecimal.encode(SecureRandom.bytes(8)) + ".new"
        try write(freshText(), to: temporary)
        defer { unlink(temporary) }
        // A link fails where a file exists already, so that a key in use is never replaced as a rename would do.
        if link(temporary, path) != 0, errno != EEXIST { throw .lastError("create", path) }
        return try load(path: path)
    }

    private static func write(_ text: String, to path: String) throws(TokenKeysError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .lastError("create", path) }
        defer { close(descriptor) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failure("write", path) }
    }

    /// The error of the call that just failed, after removing the half-made file.
    private static func failure(_ operation: String, _ path: String) -> TokenKeysError {
        let error = TokenKeysError.lastError(operation, path)
        unlink(path)
        return error
    }
}

extension TokenKeysError {
    fileprivate static func lastError(_ operation: String, _ path: String) -> Self {
        let number = errno
        return .file(path: path, operation: operation, errorNumber: number, reason: String(cString: strerror(number)))
    }
}
