/// The keys an object has shown so far: a few without an allocation, many by hashing.
struct JSONKeySet {
    private var few = InlineArray<8, String>(repeating: "")
    private var count = 0
    private var many: Set<String> = []

    /// Says whether the key is new.
    mutating func insert(_ key: String) -> Bool {
        for index in 0..<count where few[index] == key { return false }
        if count < 8 {
            few[count] = key
            count += 1
            return true
        }
        return many.insert(key).inserted
    }
}
