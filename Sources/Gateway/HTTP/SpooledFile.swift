import Foundation

/// Bytes of an upload on disk, without a name in any folder: they go when this object goes, also when the process is killed.
///
/// Writes and reads go to the page cache; nothing is flushed, since nobody needs the file after a crash.
final class SpooledFile: Sendable {
    private let descriptor: CInt

    /// - Throws: `CocoaError` or `POSIXError` when the disk takes no file.
    init(folder: String = NSTemporaryDirectory()) throws {
        // mkstemp(3) wants six X at the end, and puts the name that it chose in their place.
        var path = Array((folder + "/datamailer-upload-XXXXXX").utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// Adds bytes at the end.
    func append(_ bytes: ArraySlice<UInt8>) throws {
        try bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                guard let start = bytes.baseAddress else { return }
                let count = write(descriptor, start + written, bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
                written += count
            }
        }
    }

    /// Up to `count` bytes from `offset` on; none at the end.
    func read(at offset: Int, upTo count: Int) throws -> [UInt8] {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            repeat { result = pread(descriptor, buffer.baseAddress, count, off_t(offset)) } while result < 0 && errno == EINTR
            initialized = max(0, result)
        }
        guard result >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        return bytes
    }
}
