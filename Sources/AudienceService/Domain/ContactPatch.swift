import Contracts
import Model

/// What one row of an import, or one upsert, says about a contact.
///
/// What is nil or empty says nothing, and changes nothing.
struct ContactPatch: Sendable {
    /// Normalised.
    var email: String
    /// As it was written, when that differs; empty otherwise.
    var emailOriginal = ""
    /// Number of the record in its file, and the line it starts on; 0 outside imports.
    var item = 0
    var line = 0
    /// Which of the batch's tag sets it names.
    var tagSet = TagSets.none
    /// A JSON object as text; empty for none.
    var attributes = ""
    /// Whether a contact without a subscription to the client gets one; what is only a member of a list does not.
    var isSubscribing = true
    var status: SubscriptionStatus?
    var verified: Bool?
    var verifiedAt: Timestamp?
    var unsubscribedAt: Timestamp?
    var unsubscribeReason: String?
    /// The reason why someone who opted out is subscribed again; nil keeps an opt-out.
    var resubscribeReason: String?
    var validationStatus: EmailValidationStatus?
    var validationReason: String?
    var validatedAt: Timestamp?
    var globalUnsubscribed: Bool?
    var hardBounced: Bool?
    var complained: Bool?
}

/// The distinct sets of tags in a batch: thousands of rows name a handful of them.
struct TagSets: Sendable {
    /// The set without tags.
    static let none = 0
    /// How many tags one row may name.
    static let maximumTags = 200

    /// Slugs of each set, in their order and each once.
    private(set) var slugs: [[String]] = [[]]
    private var indexes: [[String]: Int] = [[]: 0]

    mutating func index(of slugs: some Sequence<String>) -> Int {
        let key = Set(slugs).sorted()
        if let index = indexes[key] { return index }
        indexes[key] = self.slugs.count
        self.slugs.append(key)
        return self.slugs.count - 1
    }

    var allSlugs: [String] { Set(slugs.joined()).sorted() }
}
