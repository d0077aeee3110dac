import Contracts

/// Kinds of suppression to put on a contact and to take off, and why.
struct SuppressionChange: Sendable {
    var on: [String] = []
    var off: [String] = []
    var reason = ""
    /// Who says so: `api`, `provider`, `unsubscribe`.
    var source = "api"

    mutating func set(_ kind: SuppressionKind, _ value: Bool?) {
        guard let value else { return }
        if value { on.append(kind.rawValue) } else { off.append(kind.rawValue) }
    }

    var isEmpty: Bool { on.isEmpty && off.isEmpty }
}
