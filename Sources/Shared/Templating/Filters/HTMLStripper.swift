/// Removes scripts, styles, comments and tags from HTML.
enum HTMLStripper {
    private static let blocks: [(start: [UInt8], end: [UInt8])] = [
        (Array("<script".utf8), Array("</script>".utf8)),
        (Array("<!--".utf8), Array("-->".utf8)),
        (Array("<style".utf8), Array("</style>".utf8)),
    ]

    static func strip(_ html: String) -> String {
        String(decoding: removeTags(removeBlocks(Array(html.utf8))), as: UTF8.self)
    }

    private static func removeBlocks(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        // What is not closed behind one place is not closed behind a later one.
        var unclosed = [false, false, false]
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<"), let end = blockEnd(bytes, index, &unclosed) else {
                result.append(bytes[index])
                index += 1
                continue
            }
            index = end
        }
        return result
    }

    private static func blockEnd(_ bytes: [UInt8], _ index: Int, _ unclosed: inout [Bool]) -> Int? {
        for (number, block) in blocks.enumerated() where !unclosed[number] && bytes[index...].starts(with: block.start) {
            if let end = TextSearch.first(of: block.end, in: bytes, from: index + block.start.count) { return end + block.end.count }
            unclosed[number] = true
        }
        return nil
    }

    private static func removeTags(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")) {
            guard let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")) else { break }
            result.append(contentsOf: bytes[index..<start])
            index = end + 1
        }
        result.append(contentsOf: bytes[index...])
        return result
    }
}
