import CSV

/// A record or refusal in a form that tests can compare.
enum Outcome: Equatable {
    case record(line: Int, text: String)
    case refusal(CSVRefusal)
}

func outcomes(_ bytes: [UInt8], chunk: Int, limit: Int = 1 << 20, delimiter: UInt8 = UInt8(ascii: ",")) -> [Outcome] {
    var splitter = CSVRecordSplitter(delimiter: delimiter, maximumRecordBytes: limit)
    var found: [Outcome] = []
    let take: (CSVPiece) -> Void = { piece in
        switch piece {
        case .record(let record): found.append(.record(line: record.line, text: String(decoding: record.bytes, as: UTF8.self)))
        case .refusal(let refusal): found.append(.refusal(refusal))
        }
    }
    var index = 0
    while index < bytes.count {
        let end = min(bytes.count, index + chunk)
        splitter.push(Array(bytes[index..<end]), emit: take)
        index = end
    }
    splitter.finish(emit: take)
    return found
}

/// The rows of a file with their lines, the refusals, and the header.
struct ReadFile {
    var header: [String] = []
    var rows: [[String]] = []
    var lines: [Int] = []
    var refusals: [CSVRefusal] = []

    init(_ bytes: [UInt8], chunk: Int = 7, encoding: CSVEncoding = .utf8, limit: Int = 1 << 20) throws {
        var reader = CSVReader(encoding: encoding, maximumRecordBytes: limit)
        var index = 0
        while index < bytes.count {
            let end = min(bytes.count, index + chunk)
            try reader.push(Array(bytes[index..<end])) { accept($0) }
            index = end
        }
        try reader.finish { accept($0) }
    }

    private mutating func accept(_ event: CSVReader.Event) {
        switch event {
        case .header(let header): self.header = header.names
        case .row(let row):
            rows.append((0..<row.count).map(row.string))
            lines.append(row.line)
        case .refusal(let refusal): refusals.append(refusal)
        }
    }
}

/// Repeatable random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
