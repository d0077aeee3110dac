extension CSVRecordSplitter {
    /// Refuses the current record, of which `tail` is the last part, and finds the place to go on from.
    mutating func refuseTooLong(_ tail: UnsafeBufferPointer<UInt8>, emit: (CSVPiece) throws -> Void) rethrows {
        pending.append(contentsOf: tail)
        let isQuoted = state == .quoted || state == .quoteInQuoted
        recordNumber += 1
        let refusal = CSVRefusal(
            .recordTooLong(limit: maximumRecordBytes, quoteOpenedAtLine: isQuoted ? quoteLine : nil),
            line: recordLine,
            recordNumber: recordNumber
        )
        let again = isQuoted ? recoverableTail(of: pending) : nil
        resetRecord()
        isSkippingLine = again == nil
        try emit(.refusal(refusal))
        if let again { try replay(again, emit: emit) }
    }

    /// The lines after the one where the open quote stands, if there are any and the budget allows to read them again.
    mutating func recoverableTail(of record: [UInt8]) -> ArraySlice<UInt8>? {
        let afterQuote = record[quoteOffset...]
        guard let lineEnd = afterQuote.firstIndex(where: { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }) else { return nil }
        let tail = record[(lineEnd + 1)...]
        guard tail.count <= remainingRecoveryBytes else { return nil }
        remainingRecoveryBytes -= tail.count
        line = quoteLine + 1
        recordLine = line
        previousWasCarriageReturn = record[lineEnd] == ASCII.carriageReturn
        return tail
    }

    /// Reads bytes of a refused record again.
    ///
    /// They are fewer than the limit, so this never recovers inside a recovery.
    mutating func replay(_ bytes: ArraySlice<UInt8>, emit: (CSVPiece) throws -> Void) rethrows {
        try bytes.withUnsafeBufferPointer { try scan($0, emit: emit) }
    }
}
