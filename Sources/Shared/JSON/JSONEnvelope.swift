/// Where the members of an object stand whose names are known, found in one pass without building anything.
///
/// For messages that are looked at before they are read, and only for such as every program writes them: see ``init(_:names:finding:in:limits:)``.
package struct JSONEnvelope {
    /// Plain ASCII; unused places are empty.
    package typealias Names = InlineArray<5, StaticString>

    private let bytes: ArraySlice<UInt8>
    /// Offsets from the beginning of ``bytes``; no value is empty, so an empty range is an absent member.
    private var members = InlineArray<5, Range<Int>>(repeating: 0..<0)
    private var nested = 0..<0

    /// Nil unless the text is one object by the grammar whose members all have one of `names`, written without escapes and once.
    ///
    /// Whoever gets nil reads the text in the usual way and finds out what it is. Of the member number `parent`, if it is an object, the
    /// member `nested` is found too (see ``JSONReader/rawObject(finding:)``).
    package init?(_ json: ArraySlice<UInt8>, names: Names, finding nested: StaticString = "", in parent: Int = -1, limits: JSONLimits) {
        bytes = json
        let found = json.withUnsafeBufferPointer { buffer in
            var scanner = JSONScanner(buffer)
            return try? Self.scan(&scanner, names, nested, parent, limits.depth)
        }
        guard let found else { return nil }
        members = found.members
        self.nested = found.nested
    }

    /// The value of the member with this number in the names.
    package subscript(index: Int) -> ArraySlice<UInt8>? { slice(members[index]) }
    /// The value of the member inside the parent.
    package var inner: ArraySlice<UInt8>? { slice(nested) }

    /// Whether the member with this number stands there exactly so.
    package func has(_ index: Int, written text: StaticString) -> Bool {
        bytes.withUnsafeBufferPointer { JSONScanner($0).is(members[index], text) }
    }

    private func slice(_ range: Range<Int>) -> ArraySlice<UInt8>? {
        range.isEmpty ? nil : bytes[(bytes.startIndex + range.lowerBound)..<(bytes.startIndex + range.upperBound)]
    }

    private typealias Found = (members: InlineArray<5, Range<Int>>, nested: Range<Int>)

    private static func scan(
        _ scanner: inout JSONScanner,
        _ names: Names,
        _ nested: StaticString,
        _ parent: Int,
        _ depth: Int
    ) throws(JSONParseError) -> Found? {
        var found: Found = (InlineArray(repeating: 0..<0), 0..<0)
        scanner.skipSpace()
        guard depth > 0, scanner.take(UInt8(ascii: "{")) else { return nil }
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { return nil }
        repeat {
            scanner.skipSpace()
            let key = try scanner.rawString()
            guard !key.hasEscapes, let index = scanner.position(of: key.content, in: names), found.members[index].isEmpty else { return nil }
            scanner.skipSpace()
            try scanner.expect(UInt8(ascii: ":"))
            scanner.skipSpace()
            let start = scanner.position
            if index == parent, scanner.current == UInt8(ascii: "{") {
                found.nested = try scanner.skipObject(finding: nested, depth: depth - 1) ?? 0..<0
            } else {
                try scanner.skipValue(depth: depth - 1)
            }
            found.members[index] = start..<scanner.position
            scanner.skipSpace()
        } while scanner.take(UInt8(ascii: ","))
        try scanner.expect(UInt8(ascii: "}"))
        scanner.skipSpace()
        return scanner.current == nil ? found : nil
    }
}

extension JSONScanner {
    /// Which of the names stands here.
    @inline(__always)
    fileprivate func position(of content: Range<Int>, in names: JSONEnvelope.Names) -> Int? {
        guard !content.isEmpty else { return nil }
        for index in 0..<5 where self.is(content, names[index]) { return index }
        return nil
    }

    /// Whether these bytes are the name.
    @inline(__always)
    func `is`(_ content: Range<Int>, _ name: StaticString) -> Bool {
        guard content.count == name.utf8CodeUnitCount else { return false }
        for offset in 0..<content.count where bytes[content.lowerBound + offset] != name.utf8Start[offset] { return false }
        return true
    }
}
