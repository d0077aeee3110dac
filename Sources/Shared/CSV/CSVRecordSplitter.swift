/// Cuts a CSV file, fed in chunks of any size, into records (RFC 4180; line ends LF, CRLF and CR, also mixed).
///
/// A quote opens a field only as the field's first byte, so `5" pipe` stays plain text. Blank lines are skipped.
/// Memory: at most `maximumRecordBytes` of an unfinished record, and as much again while it recovers.
///
/// **Recovery.** A record over the limit is refused. If an open quote made it too long, reading goes on at the line after the
/// one where that quote opened, so a stray quote costs its own line; otherwise at the next line end. The same holds for a
/// quote still open at the end of the file. Reading lines again costs time, so it happens for at most
/// `recoveryBudget` × `maximumRecordBytes` in a file; after that a too long record is dropped whole, up to the next line end.
/// With this the work is linear in the size of the file whatever it contains.
package struct CSVRecordSplitter: Sendable {
    /// How many records of full length may be read again after a stray quote.
    static let recoveryBudget = 16

    enum State: Sendable {
        case fieldStart
        case unquoted
        case quoted
        /// A quote inside a quoted field: the next byte tells whether it closes the field.
        case quoteInQuoted
    }

    let delimiter: UInt8
    let maximumRecordBytes: Int

    var state = State.fieldStart
    /// The part of the current record that came in earlier chunks.
    var pending: [UInt8] = []
    /// The line of the next byte.
    var line = 1
    var recordLine = 1
    var recordNumber = 0
    /// Where the last quote opened, as a distance from the start of its record.
    var quoteOffset = 0
    var quoteLine = 1
    var previousWasCarriageReturn = false
    /// The rest of the line belongs to a record that was refused.
    var isSkippingLine = false
    var remainingRecoveryBytes: Int

    package init(delimiter: UInt8 = UInt8(ascii: ","), maximumRecordBytes: Int = 1 << 20) {
        precondition(maximumRecordBytes > 0)
        self.delimiter = delimiter
        self.maximumRecordBytes = maximumRecordBytes
        let (budget, overflow) = maximumRecordBytes.multipliedReportingOverflow(by: Self.recoveryBudget)
        remainingRecoveryBytes = overflow ? .max : budget
    }

    /// Takes the next bytes of the file and calls `emit` for each record that they complete.
    package mutating func push(_ bytes: UnsafeBufferPointer<UInt8>, emit: (CSVPiece) throws -> Void) rethrows {
        try scan(bytes, emit: emit)
    }

    /// Takes the next bytes of the file and calls `emit` for each record that they complete.
    package mutating func push(_ bytes: [UInt8], emit: (CSVPiece) throws -> Void) rethrows {
        try bytes.withUnsafeBufferPointer { try scan($0, emit: emit) }
    }

    /// Says that the file is at its end: the last record needs no line end.
    package mutating func finish(emit: (CSVPiece) throws -> Void) rethrows {
        while state == .quoted {
            recordNumber += 1
            let refusal = CSVRefusal(.unterminatedQuote, line: quoteLine, recordNumber: recordNumber)
            let again = recoverableTail(of: pending)
            resetRecord()
            try emit(.refusal(refusal))
            guard let again else { return }
            try replay(again, emit: emit)
        }
        if !pending.isEmpty {
            let whole = pending
            resetRecord()
            try whole.withUnsafeBufferPointer { try emitRecord($0, emit: emit) }
        }
    }

    /// How many bytes of an unfinished record are held now.
    package var heldBytes: Int { pending.count }

    mutating func resetRecord() {
        pending.removeAll(keepingCapacity: true)
        state = .fieldStart
    }

    mutating func emitRecord(_ bytes: UnsafeBufferPointer<UInt8>, emit: (CSVPiece) throws -> Void) rethrows {
        guard !bytes.isEmpty else { return }
        recordNumber += 1
        try emit(.record(CSVRecord(bytes: bytes, line: recordLine, number: recordNumber)))
    }
}
