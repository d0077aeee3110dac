/// The bytes of a template, its slots beside them, and the way from an offset back to line and column.
struct TemplateSource: Sendable {
    struct Slot: Sendable {
        /// Where it stands between the bytes.
        var offset: Int
        var number: Int
        /// The author's text it stands for.
        var replacing: String
    }

    let bytes: [UInt8]
    /// In the order of their offsets.
    let slots: [Slot]

    init(_ segments: [TemplateSegment], limits: CompileLimits) throws(Fault) {
        var bytes: [UInt8] = []
        var slots: [Slot] = []
        for segment in segments {
            switch segment {
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .placeholder(let number, let replacing): slots.append(Slot(offset: bytes.count, number: number, replacing: replacing))
            }
            guard bytes.count <= limits.sourceBytes else {
                throw Fault(.sourceTooLarge, "The template is longer than \(limits.sourceBytes) bytes.", at: 0)
            }
        }
        self.bytes = bytes
        self.slots = slots
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The index of the first slot at or after an offset.
    func firstSlot(from offset: Int) -> Int {
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func hasSlot(at offset: Int) -> Bool {
        let index = firstSlot(from: offset)
        return index < slots.count && slots[index].offset == offset
    }

    /// 1-based line and column (in characters) of an offset, in the author's text.
    func position(of offset: Int) -> (line: Int, column: Int) {
        var prefix = ""
        var start = 0
        for slot in slots where slot.offset <= offset {
            prefix += text(start..<slot.offset) + slot.replacing
            start = slot.offset
        }
        prefix += text(start..<max(start, min(offset, bytes.count)))
        var line = 1
        var lineStart = prefix.utf8.startIndex
        for index in prefix.utf8.indices where prefix.utf8[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = prefix.utf8.index(after: index)
        }
        return (line, String(decoding: prefix.utf8[lineStart...], as: UTF8.self).count + 1)
    }

    func error(_ fault: Fault, at offset: Int = 0) -> TemplateError {
        let (line, column) = position(of: fault.offset ?? offset)
        return TemplateError(line: line, column: column, reason: fault.reason, kind: fault.kind)
    }
}
