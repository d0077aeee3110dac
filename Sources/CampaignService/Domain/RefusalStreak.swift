import Contracts

/// Equal refusals in a row among outcomes, in their order.
///
/// One bad address is refused alone; when one message after another is refused for the same reason (a sender that is not verified, content
/// that renders for nobody), it is the campaign that is refused (reference 2.2).
struct RefusalStreak: Sendable, Equatable {
    /// So many stop the campaign.
    static let limit: Int64 = 20

    /// What was refused at the end, without what tells one recipient from another; empty when the last messages were accepted.
    private(set) var kind = ""
    private(set) var count: Int64 = 0
    /// Nothing else happened before in these outcomes: an earlier run of the same kind goes on.
    private(set) var isContinuous = true
    private(set) var isContent = false
    /// The last refusal as it was given.
    private(set) var reason = ""

    init(_ outcomes: [AttemptOutcome]) {
        for outcome in outcomes {
            switch outcome.kind {
            case .sent: self = RefusalStreak(isContinuous: false)
            case .failed: add(outcome)
            // Neither says that a message like this is refused.
            case .retry, .unknown: continue
            }
        }
    }

    private init(isContinuous: Bool) { self.isContinuous = isContinuous }

    private mutating func add(_ outcome: AttemptOutcome) {
        let kind = Self.kind(of: outcome.reason)
        if kind != self.kind {
            if count > 0 { isContinuous = false }
            (self.kind, count) = (kind, 0)
        }
        count += 1
        isContent = outcome.isContent == true
        reason = outcome.reason
    }

    /// Whether there is nothing to note: nobody was refused, and nothing ended an earlier run.
    func isSilent(after earlier: Int64) -> Bool { count == 0 && (isContinuous || earlier == 0) }

    /// A reason without addresses and without words that name one message (long ones with digits); never empty.
    static func kind(of reason: String) -> String {
        let words = reason.split(separator: " ").filter { word in
            !word.contains("@") && !(word.count > 7 && word.contains(where: \.isNumber))
        }
        let kind = String(words.joined(separator: " ").prefix(200))
        return kind.isEmpty ? "-" : kind
    }
}
