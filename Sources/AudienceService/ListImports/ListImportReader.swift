import Contracts
import Cryptography
import Model

/// Cuts an import's file into pages of lines while it comes in, in bounded memory.
///
/// Begins after what was read before, once the bytes of then have come in again and are the same.
struct ListImportReader {
    static let pageRows = 5_000
    static let pageBytes = 2 << 20

    /// Where a page ends: before it nothing has to be read again.
    struct Mark: Equatable, Sendable {
        var bytes: Int64 = 0
        /// Whole lines.
        var lines: Int64 = 0
        /// Of those bytes, hex.
        var sha256 = ""
    }

    struct Page: Sendable {
        var members: [ListImportLine.Member] = []
        var faults: [ListImportFault] = []
        var end = Mark()
    }

    /// The file is not the one that was begun.
    struct SourceChanged: Error {}

    private let start: Mark
    private let hash = StreamingSHA256()
    private var position: Int64 = 0
    private var lines: Int64 = 0
    private var page = Page()
    private var pageBytes = 0
    /// The line that has begun; what is beyond a line's limit is not kept.
    private var held: [UInt8] = []
    private var isTooLong = false

    init(after start: Mark) {
        self.start = start
        lines = start.lines
    }

    /// Takes the next bytes.
    ///
    /// - Returns: the pages that are full.
    mutating func push(_ bytes: [UInt8]) throws -> [Page] {
        var pages: [Page] = []
        var rest = bytes[...]
        if position < start.bytes {
            let skipped = rest.prefix(Int(min(start.bytes - position, Int64(rest.count))))
            hash.update(skipped)
            position += Int64(skipped.count)
            rest = rest.dropFirst(skipped.count)
            if position == start.bytes, Hexadecimal.encode(hash.current()) != start.sha256 { throw SourceChanged() }
        }
        while let end = rest.firstIndex(of: 0x0A) {
            take(rest[..<end])
            hash.update(rest[...end])
            position += Int64(rest.distance(from: rest.startIndex, to: end)) + 1
            rest = rest[(end + 1)...]
            endLine()
            if page.members.count >= Self.pageRows || pageBytes >= Self.pageBytes || page.faults.count >= Self.pageRows {
                pages.append(endPage())
            }
        }
        take(rest)
        hash.update(rest)
        position += Int64(rest.count)
        return pages
    }

    /// What is left, when the file has ended.
    mutating func finish() throws -> Page {
        guard position >= start.bytes else { throw SourceChanged() }
        if !held.isEmpty || isTooLong { endLine() }
        return endPage()
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) {
        if held.count + bytes.count > ListImportLine.maximumBytes {
            isTooLong = true
            held = []
        } else if !isTooLong {
            held += bytes
        }
    }

    private mutating func endLine() {
        lines += 1
        // A byte order mark is no part of the first line.
        let isMarked = lines == 1 && held.starts(with: [0xEF, 0xBB, 0xBF])
        if isTooLong {
            page.faults.append(ListImportFault(line: lines, errors: ["line": "too_long"]))
        } else {
            switch ListImportLine.read(held.dropFirst(isMarked ? 3 : 0), line: lines) {
            case .blank: break
            case .member(let member): page.members.append(member)
            case .fault(let fault): page.faults.append(fault)
            }
        }
        pageBytes += held.count
        held.removeAll(keepingCapacity: true)
        isTooLong = false
    }

    private mutating func endPage() -> Page {
        page.end = Mark(bytes: position, lines: lines, sha256: Hexadecimal.encode(hash.current()))
        defer {
            page = Page()
            pageBytes = 0
        }
        return page
    }
}
