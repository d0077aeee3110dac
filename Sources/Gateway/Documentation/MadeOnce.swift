import Synchronization

/// A value that is made when somebody first asks for it, and kept.
final class MadeOnce<Value: Sendable>: Sendable {
    private let make: @Sendable () -> Value
    private let value = Mutex<Value?>(nil)

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    var made: Value {
        value.withLock { value in
            if let value { return value }
            let new = make()
            value = new
            return new
        }
    }
}
