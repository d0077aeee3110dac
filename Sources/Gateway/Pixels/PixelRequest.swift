import NIOCore

/// A request for a pixel, read by hand from the bytes of a connection.
///
/// Only what a mail program or an image proxy sends is read here. Everything unusual is left to the HTTP server, which answers the pixel too,
/// so that this reader needs to be right only about what it takes.
struct PixelRequest: Equatable {
    enum Reading: Equatable {
        case request(PixelRequest)
        /// So far it may become one.
        case incomplete
        /// It is something else, or unusual.
        case other
    }

    /// The last segment of the path.
    var token: String
    var isHead: Bool
    var userAgent: String
    /// The values of `X-Forwarded-For`, in their order.
    var forwardedFor: [String] = []
    /// The client closes after the answer.
    var closes: Bool

    /// A longer head is unusual.
    static let maximumHead = 8_192

    /// Takes a whole request off the front of the bytes; they stay when it is none.
    static func take(from buffer: inout ByteBuffer) -> Reading {
        let (reading, count) = buffer.withUnsafeReadableBytes { read($0) }
        if case .request = reading { buffer.moveReaderIndex(forwardBy: count) }
        return reading
    }

    private static let get: StaticString = "GET /t/o/"
    private static let head: StaticString = "HEAD /t/o/"

    private static func read(_ bytes: UnsafeRawBufferPointer) -> (Reading, Int) {
        let isHead = bytes.first == UInt8(ascii: "H")
        let start = isHead ? head : get
        for index in 0..<min(bytes.count, start.utf8CodeUnitCount) where bytes[index] != start.utf8Start[index] { return (.other, 0) }
        guard bytes.count > start.utf8CodeUnitCount else { return (.incomplete, 0) }
        var lines = PixelHeadLines(bytes, from: start.utf8CodeUnitCount)
        guard let line = lines.next() else { return (lines.isUnusual || bytes.count > maximumHead ? .other : .incomplete, 0) }
        guard let token = token(UnsafeRawBufferPointer(rebasing: bytes[line])) else { return (.other, 0) }
        var fields = PixelHeadFields()
        while let line = lines.next() {
            if line.isEmpty {
                let request = PixelRequest(
                    token: token,
                    isHead: isHead,
                    userAgent: fields.userAgent ?? "",
                    forwardedFor: fields.forwardedFor,
                    closes: fields.closes
                )
                return (.request(request), line.upperBound + 2)
            }
            guard fields.take(UnsafeRawBufferPointer(rebasing: bytes[line])) else { return (.other, 0) }
        }
        return (lines.isUnusual || bytes.count > maximumHead ? .other : .incomplete, 0)
    }

    /// The token in the rest of the request line: `<token>[?…] HTTP/1.1`.
    private static func token(_ rest: UnsafeRawBufferPointer) -> String? {
        let version: StaticString = " HTTP/1.1"
        let end = rest.count - version.utf8CodeUnitCount
        guard end > 0, (0..<version.utf8CodeUnitCount).allSatisfy({ rest[end + $0] == version.utf8Start[$0] }) else { return nil }
        var length = 0
        var isInQuery = false
        for byte in rest[..<end] {
            guard byte > 0x20, byte < 0x7F else { return nil }
            if byte == UInt8(ascii: "?") { isInQuery = true }
            guard !isInQuery else { continue }
            // Another path, or one that must be decoded first.
            guard byte != UInt8(ascii: "/"), byte != UInt8(ascii: "%"), byte != UInt8(ascii: "#") else { return nil }
            length += 1
        }
        return length > 0 ? String(decoding: rest[..<length], as: UTF8.self) : nil
    }
}

/// The lines of a head, each ended by CR LF.
private struct PixelHeadLines {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    /// There is a byte that no plain head has.
    private(set) var isUnusual = false

    init(_ bytes: UnsafeRawBufferPointer, from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    /// Nil when no whole line is left.
    mutating func next() -> Range<Int>? {
        let start = position
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == 0x0D {
                guard index + 1 < bytes.count else { return nil }
                guard bytes[index + 1] == 0x0A else { break }
                position = index + 2
                return start..<index
            }
            guard byte >= 0x20, byte < 0x7F else { break }
            index += 1
        }
        isUnusual = index < bytes.count
        return nil
    }
}

/// What matters of the header fields.
private struct PixelHeadFields {
    private(set) var userAgent: String?
    private(set) var forwardedFor: [String] = []
    private(set) var closes = false
    private var count = 0

    /// False when the field makes the request an unusual one.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Bool {
        count += 1
        guard count <= 64, let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0 else { return false }
        let name = UnsafeRawBufferPointer(rebasing: line[..<colon])
        guard !name.contains(0x20) else { return false }
        switch name.count {
        case 4 where Self.are(name, "host"): return true
        case 10 where Self.are(name, "user-agent"):
            guard userAgent == nil else { return false }
            userAgent = Self.value(line, after: colon)
        case 10 where Self.are(name, "connection"):
            switch Self.value(line, after: colon).lowercased() {
            case "close": closes = true
            case "keep-alive": break
            default: return false
            }
        case 15 where Self.are(name, "x-forwarded-for"): forwardedFor.append(Self.value(line, after: colon))
        case 14 where Self.are(name, "content-length"), 17 where Self.are(name, "transfer-encoding"), 7 where Self.are(name, "upgrade"),
            6 where Self.are(name, "expect"):
            return false
        default: break
        }
        return true
    }

    private static func are(_ name: UnsafeRawBufferPointer, _ lowered: StaticString) -> Bool {
        (0..<name.count).allSatisfy { name[$0] | 0x20 == lowered.utf8Start[$0] }
    }

    private static func value(_ line: UnsafeRawBufferPointer, after colon: Int) -> String {
        var value = line[(colon + 1)...]
        while value.first == 0x20 { value = value.dropFirst() }
        while value.last == 0x20 { value = value.dropLast() }
        return String(decoding: value, as: UTF8.self)
    }
}
