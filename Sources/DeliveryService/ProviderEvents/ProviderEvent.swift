import Cryptography
import Email
import Model

/// What the provider says about one address of one message.
struct ProviderEvent: Equatable, Sendable {
    enum Kind: String, Sendable, CaseIterable {
        /// The provider took the message.
        case sent
        case delivered
        /// No mail reaches the address.
        case hardBounce = "hard_bounce"
        /// This message did not reach it, a later one may.
        case softBounce = "soft_bounce"
        /// The message itself was refused (size, content, attachment): says nothing about the address.
        case contentBounce = "content_bounce"
        /// The reader calls it spam.
        case complaint
        /// A report that is no complaint (`not-spam`, `virus`, `auth-failure`).
        case feedback
        /// The provider took the message and then did not send it (a virus, a template that does not render).
        case rejected
        case delayed
    }

    var kind: Kind
    /// Normalised where it is an address; empty when the event names none.
    var address: String
    var occurredAt: Timestamp
    /// Types and status, for example `Permanent/General 5.1.1`: nothing that another server wrote.
    var detail: String
    /// What makes this event the same one however often and by whatever way it comes, a lower-case UUID.
    var key: String
}

extension ProviderEvent {
    /// The key of an event: the provider's own id of it where there is one, else what it says about whom at which time.
    static func key(_ parts: String...) -> String {
        let joined = parts.map { "\($0.utf8.count):\($0)" }.joined()
        let digits = Hexadecimal.encode(SHA256.hash(Array(joined.utf8)).prefix(16))
        let cuts = [8, 4, 4, 4, 12]
        var rest = digits[...]
        return cuts.map { count -> Substring in
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }.joined(separator: "-")
    }

    /// The address of `Name <a@example.com>` or `a@example.com`, normalised; what is no address stays as it is, cut to a safe length.
    static func address(_ text: String) -> String {
        var bare = text[...]
        if let open = bare.lastIndex(of: "<"), bare.hasSuffix(">") { bare = bare[bare.index(after: open)...].dropLast() }
        if let address = try? EmailAddress(String(bare)) { return address.normalized }
        return String(bare.lowercased().filter { $0 != "\0" }.prefix(254))
    }
}

/// One notification of the provider: what it says about the addresses of one message.
struct ProviderNotification: Equatable, Sendable {
    /// The id of the notification itself, for logs.
    var sourceID: String
    /// Our tag `m`; empty when the notification carries none.
    var messageTag: String
    var providerMessageID: String
    /// When the provider took the message.
    var sentAt: Timestamp
    /// Never empty.
    var events: [ProviderEvent]
}
