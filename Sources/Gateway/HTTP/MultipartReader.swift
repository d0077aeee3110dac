import Foundation

/// Reads `multipart/form-data` (RFC 7578) as it comes, in chunks of any size, so that an upload is never in memory as a whole.
///
/// It holds one chunk and at most ``maximumHeadBytes`` of a part's head.
struct MultipartReader {
    static let maximumHeadBytes = 16 << 10

    enum Event: Equatable {
        /// A part begins; its content follows in pieces.
        case part(name: String?, filename: String?)
        case content(ArraySlice<UInt8>)
        /// The part was there to its end.
        case end
    }

    private enum State { case preamble, delimiterEnd, head, content, epilogue }

    private let delimiter: [UInt8]
    private var state = State.preamble
    /// What was not taken yet, from ``position`` on.
    private var held: [UInt8]
    private var position = 0

    init(boundary: String) {
        delimiter = Array("\r\n--\(boundary)".utf8)
        // The first delimiter stands at the beginning of the body, or of a line: as if a line ended before it.
        held = [0x0D, 0x0A]
    }

    /// Takes the next bytes of the body; what cannot be read ends the reading, and the part under way gets no end.
    mutating func push(_ bytes: some Sequence<UInt8>, _ emit: (Event) throws -> Void) rethrows {
        held.append(contentsOf: bytes)
        while try step(emit) {}
        held.removeFirst(position)
        position = 0
    }

    /// One step of the state; false when it needs more bytes.
    private mutating func step(_ emit: (Event) throws -> Void) rethrows -> Bool {
        switch state {
        case .preamble: return skipTo(delimiter) { $0.state = .delimiterEnd }
        case .delimiterEnd:
            guard held.count - position >= 2 else { return false }
            if held[position] == UInt8(ascii: "-"), held[position + 1] == UInt8(ascii: "-") {
                state = .epilogue
                return true
            }
            // The delimiter's own line end stays: a part without a head ends with it.
            guard held[position] == 0x0D, held[position + 1] == 0x0A else { return skipTo([0x0D, 0x0A], keeping: 2) { $0.state = .head } }
            state = .head
            return true
        case .head: return try head(emit)
        case .content: return try content(emit)
        case .epilogue:
            position = held.count
            return false
        }
    }

    private mutating func skipTo(_ mark: [UInt8], keeping kept: Int = 0, _ found: (inout Self) -> Void) -> Bool {
        guard let start = find(mark) else {
            position = max(position, held.count - mark.count + 1)
            return false
        }
        position = start + mark.count - kept
        found(&self)
        return true
    }

    private mutating func head(_ emit: (Event) throws -> Void) rethrows -> Bool {
        let mark: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        guard let end = find(mark) else {
            if held.count - position > Self.maximumHeadBytes { state = .epilogue }
            return state == .epilogue
        }
        let names = MultipartBody.names(inHead: held[position..<end])
        position = end + mark.count
        state = .content
        try emit(.part(name: names.name, filename: names.filename))
        return true
    }

    private mutating func content(_ emit: (Event) throws -> Void) rethrows -> Bool {
        if let end = find(delimiter) {
            if end > position { try emit(.content(held[position..<end])) }
            position = end + delimiter.count
            state = .delimiterEnd
            try emit(.end)
            return true
        }
        let safe = held.count - delimiter.count + 1
        if safe > position {
            try emit(.content(held[position..<safe]))
            position = safe
        }
        return false
    }

    private func find(_ mark: [UInt8]) -> Int? {
        held.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, let first = mark.first else { return nil }
            var index = position
            while index + mark.count <= bytes.count {
                guard let hit = memchr(base + index, CInt(first), bytes.count - mark.count + 1 - index) else { return nil }
                let candidate = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
                if memcmp(base + candidate, mark, mark.count) == 0 { return candidate }
                index = candidate + 1
            }
            return nil
        }
    }
}
