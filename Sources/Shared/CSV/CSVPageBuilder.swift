/// Gathers records into pages that keep every record on its line of the file.
package struct CSVPageBuilder: Sendable {
    private let maximumPageBytes: Int
    private let maximumPageRecords: Int
    private var page = CSVPage(firstLine: 1, firstItem: 1)
    /// The line on which the page's next byte would stand.
    private var pageLine = 1
    /// Pages that are full and not yet taken.
    private var full: [CSVPage] = []

    /// A page is full when the next record would not fit; one longer record makes a page of its own.
    package init(maximumPageBytes: Int, maximumPageRecords: Int) {
        self.maximumPageBytes = maximumPageBytes
        self.maximumPageRecords = maximumPageRecords
    }

    /// Adds the bytes of one record, which begins on `line`; `number` counts records from 1, the header included.
    package mutating func add(_ bytes: [UInt8], line: Int, number: Int) {
        let isFull = page.bytes.count + bytes.count > maximumPageBytes || page.recordCount >= maximumPageRecords
        // The numbers of records in a page are consecutive, so a refused one ends it.
        if (isFull && page.recordCount > 0) || !page.refusals.isEmpty { turn(to: line, item: number - 1) }
        if page.recordCount == 0 { begin(at: line, item: number - 1) }
        while pageLine < line {
            page.bytes.append(ASCII.lineFeed)
            pageLine += 1
        }
        page.bytes += bytes
        page.recordCount += 1
        pageLine = line + Self.lineBreaks(bytes)
    }

    /// Adds a record that could not be read.
    package mutating func add(_ refusal: CSVRefusal) {
        if page.recordCount > 0 || page.refusals.count >= maximumPageRecords { turn(to: refusal.line, item: refusal.recordNumber - 1) }
        page.refusals.append(refusal)
    }

    /// Says where an empty page would stand.
    package mutating func begin(at line: Int, item: Int) {
        page.firstLine = line
        page.firstItem = item
        pageLine = line
    }

    /// Hands over the pages that are full.
    package mutating func takeFull() -> [CSVPage] {
        var taken: [CSVPage] = []
        swap(&taken, &full)
        return taken
    }

    /// Ends the file; the last page comes always, be it empty.
    package mutating func finish() -> [CSVPage] {
        full.append(page)
        return takeFull()
    }

    private mutating func turn(to line: Int, item: Int) {
        full.append(page)
        page = CSVPage(firstLine: line, firstItem: item)
        pageLine = line
    }

    /// Line ends within a record, counted as the splitter counts them.
    package static func lineBreaks(_ bytes: [UInt8]) -> Int {
        var count = 0
        var previous: UInt8 = 0
        for byte in bytes {
            if byte == ASCII.carriageReturn || (byte == ASCII.lineFeed && previous != ASCII.carriageReturn) { count += 1 }
            previous = byte
        }
        return count
    }
}
