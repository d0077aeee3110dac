extension UnsafeBufferPointer<UInt8> {
    /// Passes 32, then 8 bytes at a time from `start` while all may stand in a JSON string as they are.
    ///
    /// Plain is ASCII without control characters, quote and backslash. What is returned may still be plain: the
    /// caller looks at that byte by itself.
    @inline(__always)
    func plainEnd(from start: Int) -> Int {
        guard let base = UnsafeRawPointer(baseAddress) else { return start }
        let tops: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while count &- position >= 32 {
            let odd =
                Self.oddBytes(base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                | Self.oddBytes(base.loadUnaligned(fromByteOffset: position &+ 8, as: UInt64.self))
                | Self.oddBytes(base.loadUnaligned(fromByteOffset: position &+ 16, as: UInt64.self))
                | Self.oddBytes(base.loadUnaligned(fromByteOffset: position &+ 24, as: UInt64.self))
            guard odd & tops == 0 else { break }
            position &+= 32
        }
        while count &- position >= 8 {
            guard Self.oddBytes(base.loadUnaligned(fromByteOffset: position, as: UInt64.self)) & tops == 0 else { break }
            position &+= 8
        }
        return position
    }

    /// A top bit stands where a byte is not plain, or behind such a byte.
    ///
    /// Where the byte minus the bound borrows is the usual test for "less than" and for zero in every byte.
    @inline(__always)
    private static func oddBytes(_ eight: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = (eight ^ 0x2222_2222_2222_2222) &- ones
        let backslashes = (eight ^ 0x5C5C_5C5C_5C5C_5C5C) &- ones
        let controls = eight &- 0x2020_2020_2020_2020
        return eight | controls | quotes | backslashes
    }
}
