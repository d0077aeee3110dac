extension Collection where Element == UInt8 {
    /// Calls `body` with the bytes in one contiguous buffer, copying only when the collection has none.
    @inline(__always)
    func withContiguousBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var outcome: Swift.Result<Result, Failure>?
        _ = self.withContiguousStorageIfAvailable { outcome = attempt(body, $0) }
        if let outcome { return try outcome.get() }
        let copy = Array(self)
        return try copy.withUnsafeBufferPointer { buffer in attempt(body, buffer) }.get()
    }
}

@inline(__always)
private func attempt<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result,
    _ buffer: UnsafeBufferPointer<UInt8>
) -> Swift.Result<Result, Failure> {
    do { return .success(try body(buffer)) } catch { return .failure(error) }
}
