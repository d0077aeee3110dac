import Model

extension Renderer {
    /// A date by a pattern; what is no date stays as it is.
    mutating func formatDate(_ input: Value, _ pattern: Value) throws(Fault) -> Value {
        let pattern = pattern.text
        guard !pattern.isEmpty, let time = time(of: input) else { return input }
        let text = try TimeFormatter(time: time).format(pattern)
        try meter.charge(text.utf8.count)
        return .string(text)
    }

    private var currentTime: CivilTime? {
        let seconds = now.microseconds >= 0 ? now.microseconds / 1_000_000 : -((999_999 - now.microseconds) / 1_000_000)
        return CivilTime(epoch: Int(seconds), nanosecond: Int(now.microseconds - seconds * 1_000_000) * 1_000)
    }

    private func time(of value: Value) -> CivilTime? {
        switch value {
        case .integer(let seconds): return CivilTime(epoch: seconds)
        case .string(let text), .markup(let text):
            guard text.utf8.count <= 128 else { return nil }
            let word = text.lowercased()
            if word == "now" || word == "today" { return currentTime }
            if !word.isEmpty, word.utf8.allSatisfy(\.isDigit) { return Int(word).flatMap { CivilTime(epoch: $0) } }
            return currentTime.flatMap { TimeReader.read(text, now: $0) }
        default: return nil
        }
    }
}
