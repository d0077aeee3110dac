import Testing

extension EndToEnd {
    /// The operator's commands as real processes: what they print, what they say on stderr, and their exit status (DESIGN section 7).
    @Suite("Commands", .serialized) struct Commands {}
}
