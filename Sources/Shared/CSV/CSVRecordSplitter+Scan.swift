extension CSVRecordSplitter {
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, emit: (CSVPiece) throws -> Void) rethrows {
        var start = 0
        var index = 0
        while index < bytes.count {
            if isSkippingLine {
                index = skipLine(bytes, from: index)
                start = index
                continue
            }
            let byte = bytes[index]
            if previousWasCarriageReturn {
                previousWasCarriageReturn = false
                if byte == ASCII.lineFeed {
                    index += 1
                    if state != .quoted { start = index }
                    continue
                }
            }
            let room = maximumRecordBytes - pending.count - (index - start)
            if endsRecord(byte) {
                let record = UnsafeBufferPointer(rebasing: bytes[start..<index])
                endLine(byte)
                try complete(record, emit: emit)
                index += 1
                start = index
            } else if room <= 0 {
                try refuseTooLong(UnsafeBufferPointer(rebasing: bytes[start..<index]), emit: emit)
                start = index
            } else {
                let end = min(bytes.count, index + room)
                index = advance(bytes, from: index, to: end, recordOffset: pending.count + (index - start))
            }
        }
        pending.append(contentsOf: bytes[start...])
    }

    private func endsRecord(_ byte: UInt8) -> Bool {
        (byte == ASCII.lineFeed || byte == ASCII.carriageReturn) && state != .quoted
    }

    private mutating func endLine(_ byte: UInt8) {
        line += 1
        previousWasCarriageReturn = byte == ASCII.carriageReturn
    }

    /// Emits `pending` and `tail` as one record, without a copy when the whole record lies in the chunk.
    private mutating func complete(_ tail: UnsafeBufferPointer<UInt8>, emit: (CSVPiece) throws -> Void) rethrows {
        state = .fieldStart
        if pending.isEmpty {
            try emitRecord(tail, emit: emit)
        } else {
            var whole: [UInt8] = []
            swap(&whole, &pending)
            whole.append(contentsOf: tail)
            try whole.withUnsafeBufferPointer { try emitRecord($0, emit: emit) }
            whole.removeAll(keepingCapacity: true)
            swap(&whole, &pending)
        }
        recordLine = line
    }

    /// Takes at least one byte, and with it the run of plain bytes behind it.
    private mutating func advance(_ bytes: UnsafeBufferPointer<UInt8>, from first: Int, to end: Int, recordOffset: Int) -> Int {
        let byte = bytes[first]
        var index = first + 1
        switch state {
        case .fieldStart where byte == ASCII.quote:
            state = .quoted
            quoteLine = line
            quoteOffset = recordOffset
        case .fieldStart, .unquoted:
            state = byte == delimiter ? .fieldStart : .unquoted
            guard state == .unquoted else { break }
            while index < end, bytes[index] != delimiter, bytes[index] != ASCII.lineFeed, bytes[index] != ASCII.carriageReturn {
                index += 1
            }
        case .quoteInQuoted:
            state = byte == ASCII.quote ? .quoted : (byte == delimiter ? .fieldStart : .unquoted)
        case .quoted where byte == ASCII.quote:
            state = .quoteInQuoted
        case .quoted where byte == ASCII.lineFeed || byte == ASCII.carriageReturn:
            endLine(byte)
        case .quoted:
            while index < end, bytes[index] != ASCII.quote, bytes[index] != ASCII.lineFeed, bytes[index] != ASCII.carriageReturn {
                index += 1
            }
        }
        return index
    }

    private mutating func skipLine(_ bytes: UnsafeBufferPointer<UInt8>, from first: Int) -> Int {
        var index = first
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == ASCII.lineFeed || byte == ASCII.carriageReturn {
                endLine(byte)
                isSkippingLine = false
                recordLine = line
                break
            }
        }
        return index
    }
}
