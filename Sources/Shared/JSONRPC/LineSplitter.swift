import Glibc

/// Cuts a stream of bytes into lines.
///
/// A line that arrives whole is a slice of what was read; one that arrives in parts is put together once, in linear time.
struct LineSplitter {
    enum Piece: Equatable {
        case line(ArraySlice<UInt8>)
        /// The line is longer than the limit; nothing after it is looked at any more.
        case tooLong
    }

    private let maximumBytes: Int
    private var partial: [UInt8] = []
    private var rest: ArraySlice<UInt8> = []
    private(set) var isBroken = false

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    /// Whether bytes of a line wait for their newline.
    var hasPartial: Bool { !partial.isEmpty || !rest.isEmpty }

    /// Takes what was read; call ``next()`` until it is nil before the next chunk.
    mutating func feed(_ chunk: [UInt8]) { rest = isBroken ? [] : chunk[...] }

    mutating func next() -> Piece? {
        guard !isBroken, !rest.isEmpty else { return nil }
        guard let end = rest.firstNewline else {
            partial.append(contentsOf: rest)
            rest = []
            return partial.count > maximumBytes ? refuse() : nil
        }
        let tail = rest[rest.startIndex..<end]
        rest = rest[(end + 1)...]
        guard partial.count + tail.count <= maximumBytes else { return refuse() }
        guard !partial.isEmpty else { return .line(tail) }
        partial.append(contentsOf: tail)
        defer { partial = [] }
        return .line(partial[...])
    }

    private mutating func refuse() -> Piece {
        isBroken = true
        partial = []
        rest = []
        return .tooLong
    }
}

extension ArraySlice<UInt8> {
    fileprivate var firstNewline: Int? {
        let offset = withUnsafeBufferPointer { buffer -> Int? in
            guard let base = buffer.baseAddress, let found = memchr(base, 0x0A, buffer.count) else { return nil }
            return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
        }
        return offset.map { startIndex + $0 }
    }
}
