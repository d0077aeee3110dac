extension UnsafeBufferPointer<UInt8> {
    /// Passes eight bytes at a time from `start` while all may stand in a JSON string as they are.
    ///
    /// Plain is ASCII without control characters (DEL counts as one), quote and backslash. What is returned may still be plain: the
    /// caller looks at that byte by itself.
    @inline(__always)
    func plainEnd(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var position = start
        while position + 8 <= count {
            let eight = UnsafeRawBufferPointer(self).loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let quotes = eight ^ (ones &* 0x22)
            let backslashes = eight ^ (ones &* 0x5C)
            let deletes = eight ^ (ones &* 0x7F)
            // A top bit stands where the byte minus the bound borrows: the usual test for "less than" and for zero in every byte.
            let found = eight | (eight &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones) | (deletes &- ones)
            guard found & tops == 0 else { return position }
            position += 8
        }
        return position
    }
}
