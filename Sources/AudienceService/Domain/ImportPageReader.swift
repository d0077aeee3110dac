import CSV
import Contracts

/// Reads the bytes of one page, piece by piece, so that memory is bounded whatever the page holds.
struct ImportPageReader: Sendable {
    /// Bytes taken at a time; even the shortest rows then make only some thousands of changes.
    static let pieceBytes = 64 << 10

    private let bytes: [UInt8]
    private var position = 0
    private let format: ImportFormat
    private var splitter: CSVRecordSplitter
    private(set) var sink: ImportPageSink

    init(
        page: ImportPage,
        bytes: [UInt8],
        columns: ImportColumns,
        delimiter: UInt8,
        encoding: CSVEncoding,
        format: ImportFormat = .csv
    ) {
        self.bytes = bytes
        self.format = format
        splitter = CSVRecordSplitter(delimiter: delimiter)
        let parser = CSVFieldParser(delimiter: delimiter, encoding: encoding, expectedFieldCount: columns.roles.count)
        sink = ImportPageSink(page: page, parser: parser, rows: ImportRowReader(columns: columns))
    }

    /// Hands out the next changes, `count` or a few more; empty when the page is at its end.
    mutating func next(_ count: Int) -> [ContactPatch] {
        if format == .json { return nextItems(count) }
        while sink.patches.count < count, position <= bytes.count {
            let end = min(position + Self.pieceBytes, bytes.count)
            if position == bytes.count {
                Self.finish(&splitter, into: &sink)
                position += 1
            } else {
                bytes.withUnsafeBufferPointer { buffer in
                    Self.push(UnsafeBufferPointer(rebasing: buffer[position..<end]), through: &splitter, into: &sink)
                }
                position = end
            }
        }
        return sink.takePatches()
    }

    private mutating func nextItems(_ count: Int) -> [ContactPatch] {
        while sink.patches.count < count, position < bytes.count {
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if end > position { sink.takeItem(bytes[position..<end]) }
            position = end + 1
        }
        return sink.takePatches()
    }

    private static func push(
        _ bytes: UnsafeBufferPointer<UInt8>,
        through splitter: inout CSVRecordSplitter,
        into sink: inout ImportPageSink
    ) {
        splitter.push(bytes) { sink.take($0) }
    }

    private static func finish(_ splitter: inout CSVRecordSplitter, into sink: inout ImportPageSink) {
        splitter.finish { sink.take($0) }
    }
}
