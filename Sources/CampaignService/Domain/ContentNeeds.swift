/// What the content of a campaign takes from its recipients.
struct ContentNeeds: Sendable, Equatable {
    /// Names of contact attributes; nil is all of them.
    var attributeNames: [String]? = []
    /// Whether it uses what the recipient list says about its members.
    var usesMember = false
}
