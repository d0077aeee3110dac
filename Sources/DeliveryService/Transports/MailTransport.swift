import Model

/// A finished message on its way to one recipient.
struct OutgoingMessage: Sendable {
    /// The sender as the header shows it, ASCII only: `Name <local@domain>`.
    var from: String
    /// The envelope sender, `local@domain`.
    var envelopeSender: String
    /// The envelope recipient, `local@domain`.
    var recipient: String
    /// Further envelope recipients: who is named in `Cc`, and who is not named at all.
    var cc: [String] = []
    var bcc: [String] = []
    /// The whole message, RFC 5322 with CRLF.
    var bytes: [UInt8]
    /// What comes back in every provider event: `m` the message (`c-<recipient id>`, `x-<transactional message id>`), `a` the attempt (reference 0.4).
    var tags: [(name: String, value: String)]
    /// Whose places it uses where there are few.
    var sendClass = SendClass.campaign
    /// When the first byte must have left at the latest; nil is no limit.
    var latestStart: ContinuousClock.Instant?

    /// How many recipients the provider counts.
    var recipientCount: Int { 1 + cc.count + bcc.count }

    /// Whether sending may still begin.
    var isInTime: Bool { latestStart.map { ContinuousClock.now < $0 } ?? true }
}

/// What is known after one attempt.
///
/// Nothing is sent again by a transport itself (I1).
enum SendResult: Sendable, Equatable {
    /// The provider has it. The id is empty when the answer was cut off after the acceptance.
    case accepted(messageID: String)
    /// The provider refused it for good.
    case refused(reason: String)
    /// The provider certainly does not have it; the same message may be tried again.
    case notSent(reason: String, hold: SendHold)
    /// The provider may have it.
    case unknown(reason: String)

    /// The end of a message whose time was over before its first byte left.
    static let tooLate = Self.notSent(reason: "it could not be sent within its deadline", hold: .late)
}

/// What a refusal says about everything else that waits.
enum SendHold: Sendable, Equatable {
    /// Only this message waits, this long.
    case message(seconds: Int64)
    /// The message was never offered, because its turn came too late: it tries its luck again, however often.
    case late
    /// Too fast: slow the account down.
    case throttle
    /// Nothing goes out on this account for a while, and then it does by itself (daily quota, out of reach).
    case account(seconds: Int64)
    /// Nothing goes out on this account until somebody acts (suspended, paused, credentials refused): campaigns are paused.
    case suspended(seconds: Int64)
    /// Nothing of this sender goes out until somebody acts; others are not concerned.
    case sender(seconds: Int64)
}

/// What is known about the rate that a provider allows.
enum ProviderRate: Sendable, Equatable {
    /// Messages a second.
    case known(Double)
    /// The provider has a rate and did not say it.
    case notLearned
    case unlimited
}

/// Where mail leaves the house: `capture`, `smtp` or `ses`.
protocol MailTransport: Sendable {
    /// Names the rate bucket: the account and region, or the relay.
    var account: String { get }
    /// Cheap to ask often: an answer is kept for a minute.
    func allowedRate() async -> ProviderRate
    /// Hands over one message, once.
    func send(_ message: OutgoingMessage) async -> SendResult
}
