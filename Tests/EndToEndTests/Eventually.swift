import Testing

/// What did not come true in time.
struct Late: Error, CustomStringConvertible {
    var description: String
}

/// Looks again and again until there is a value.
/// - Throws: ``Late`` when there is none within the time.
func eventually<Value>(_ what: String, within limit: Duration = .seconds(30), _ look: () async throws -> Value?) async throws -> Value {
    let end = ContinuousClock.now + limit
    while true {
        if let value = try await look() { return value }
        guard ContinuousClock.now < end else { throw Late(description: "not within \(limit): \(what)") }
        try await Task.sleep(for: .milliseconds(40))
    }
}

/// Looks again and again until the condition holds.
func eventually(_ what: String, within limit: Duration = .seconds(30), holds condition: () async throws -> Bool) async throws {
    _ = try await eventually(what, within: limit) { try await condition() ? true : nil }
}
