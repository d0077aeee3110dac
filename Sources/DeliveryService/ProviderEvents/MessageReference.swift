/// Which of our messages a notification is about.
enum MessageReference: Hashable, Sendable {
    /// A row of Campaign's ledger.
    case campaign(Int64)
    /// A transactional message of ours.
    case transactional(Int64)
    /// A test copy of a campaign, which nothing is recorded of.
    case test

    /// Reads our tag `m`: `c-<row>`, `x-<message>`, or `t-…` of a test copy; nil for anything else.
    init?(tag: String) {
        let number = Int64(tag.dropFirst(2)).flatMap { $0 > 0 ? $0 : nil }
        switch (tag.prefix(2), number) {
        case ("c-", let id?): self = .campaign(id)
        case ("x-", let id?): self = .transactional(id)
        case ("t-", _): self = .test
        default: return nil
        }
    }

    init?(kind: String, id: Int64) {
        switch kind {
        case "campaign": self = .campaign(id)
        case "transactional": self = .transactional(id)
        default: return nil
        }
    }
}

/// Whose message it is.
struct MessageOwner: Sendable {
    enum Kind: String, Sendable { case campaign, transactional }

    var kind: Kind
    var messageID: Int64
    var organizationID: Int64
    var contactID: Int64
    /// The three are 0 where the answer did not say.
    var clientID: Int64 = 0
    var audienceID: Int64 = 0
    var campaignID: Int64 = 0
    /// Whom it was sent to.
    var email = ""
    /// Whoever it was sent to has been erased since: nothing that tells of a person may be stored about it.
    var isErased = false

    /// The same message without whose it was.
    var anonymous: Self {
        var owner = self
        owner.contactID = 0
        owner.email = ""
        owner.isErased = true
        return owner
    }
}
