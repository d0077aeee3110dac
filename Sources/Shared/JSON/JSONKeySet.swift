/// The keys an object has shown so far: a few short ones without an allocation, others by hashing.
struct JSONKeySet {
    /// Up to 15 ASCII bytes and, in the top byte, their count.
    typealias Short = SIMD2<UInt64>

    private var few = InlineArray<8, Short>(repeating: .zero)
    private var count = 0
    private var many: Set<String>?

    /// Says whether the key is new.
    ///
    /// - Parameter content: where it stands, when it stands there as it is.
    @inline(__always)
    mutating func insert(_ key: String, at content: Range<Int>?, of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let short = content.map({ Self.short($0, of: bytes) }) ?? Self.short(key) else { return insertLong(key) }
        for index in 0..<count where few[index] == short { return false }
        guard count < 8 else { return insertLong(key) }
        few[count] = short
        count += 1
        return true
    }

    private mutating func insertLong(_ key: String) -> Bool {
        if many == nil { many = [] }
        return many?.insert(key).inserted ?? false
    }

    /// Nil for a long key, and for one that is not ASCII, whose equality is more than that of bytes.
    @inline(__always)
    private static func short(_ content: Range<Int>, of bytes: UnsafeBufferPointer<UInt8>) -> Short? {
        guard content.count <= 15, let base = UnsafeRawPointer(bytes.baseAddress) else { return nil }
        let bits = UInt64(content.count) * 8
        var words = Short.zero
        if content.lowerBound + 16 <= bytes.count {
            words = base.loadUnaligned(fromByteOffset: content.lowerBound, as: Short.self)
            // What follows the key is cut off.
            words[0] &= bits >= 64 ? .max : (1 << bits) &- 1
            words[1] &= bits > 64 ? (1 << (bits - 64)) &- 1 : 0
        } else {
            for (offset, index) in content.enumerated() {
                words[offset >> 3] |= UInt64(bytes[index]) << UInt64((offset & 7) * 8)
            }
        }
        guard (words[0] | words[1]) & 0x8080_8080_8080_8080 == 0 else { return nil }
        words[1] |= UInt64(content.count) << 56
        return words
    }

    private static func short(_ key: String) -> Short? {
        var key = key
        return key.withUTF8 { short(0..<$0.count, of: $0) }
    }
}
