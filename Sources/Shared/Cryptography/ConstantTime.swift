import COpenSSL

/// Comparisons whose time does not tell where two secrets differ.
package enum ConstantTime {
    /// Whether both have the same bytes; only a difference in length may be told from the time taken.
    package static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        left.withContiguousBytes { left in
            right.withContiguousBytes { right in
                guard left.count == right.count else { return false }
                guard let leftBytes = left.baseAddress, let rightBytes = right.baseAddress else { return true }
                return CRYPTO_memcmp(leftBytes, rightBytes, left.count) == 0
            }
        }
    }
}
