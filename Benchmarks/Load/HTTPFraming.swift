import NIOCore

/// Finds whole HTTP/1.1 messages with a Content-Length in a stream of bytes, cheaply: the load generator shares the machine with what it measures.
struct HTTPFraming {
    struct Message {
        /// Request or status line.
        var startLine: String
        var bodyBytes: Int
    }

    private var pending = ByteBuffer()

    mutating func append(_ chunk: inout ByteBuffer) {
        if pending.readableBytes == 0 { pending = chunk } else { pending.writeBuffer(&chunk) }
    }

    /// The next whole message; nil when more bytes are needed.
    mutating func next() -> Message? {
        let parsed: (end: Int, message: Message)? = pending.withUnsafeReadableBytes { bytes in
            guard let headerEnd = Self.headerEnd(bytes) else { return nil }
            let length = Self.contentLength(UnsafeRawBufferPointer(rebasing: bytes[..<headerEnd]))
            guard bytes.count >= headerEnd + length else { return nil }
            let line = bytes.prefix { $0 != 0x0D }
            return (headerEnd + length, Message(startLine: String(decoding: line, as: UTF8.self), bodyBytes: length))
        }
        guard let parsed else { return nil }
        pending.moveReaderIndex(forwardBy: parsed.end)
        if pending.readableBytes == 0 { pending.clear() }
        return parsed.message
    }

    /// Behind the empty line.
    private static func headerEnd(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var index = 3
        while index < bytes.count {
            if bytes[index] == 0x0A, bytes[index - 1] == 0x0D, bytes[index - 2] == 0x0A { return index + 1 }
            index += 1
        }
        return nil
    }

    private static func contentLength(_ header: UnsafeRawBufferPointer) -> Int {
        let name = "content-length:".utf8
        var start = 0
        while let end = header[start...].firstIndex(of: 0x0A) {
            let line = header[start..<end]
            if line.count > name.count, zip(line, name).allSatisfy({ $0 | 0x20 == $1 || $0 == $1 }) {
                return line.dropFirst(name.count).reduce(0) { (48...57).contains($1) ? $0 * 10 + Int($1 - 48) : $0 }
            }
            start = end + 1
        }
        return 0
    }
}
