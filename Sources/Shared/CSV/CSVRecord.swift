/// One complete record as it stands in the file: quotes still in place, the line end removed.
///
/// `bytes` is valid only inside the call that received the record. `CSVFieldParser` copies out what is kept.
package struct CSVRecord {
    package let bytes: UnsafeBufferPointer<UInt8>
    /// The physical line of the file, from 1, on which the record starts.
    package let line: Int
    /// The number of the record, from 1; the header is a record, blank lines are not.
    package let number: Int

    package init(bytes: UnsafeBufferPointer<UInt8>, line: Int, number: Int) {
        self.bytes = bytes
        self.line = line
        self.number = number
    }
}

/// What the splitter hands out: a record, or the reason why there is none.
package enum CSVPiece {
    case record(CSVRecord)
    case refusal(CSVRefusal)
}
