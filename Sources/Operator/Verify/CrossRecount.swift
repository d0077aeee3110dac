import Contracts
import JSONRPC
import Model
import ServiceRuntime

/// Compares what the services tell each other: events with the ledger, the ledger with engagement, the provider's events with the ledger
/// (I4, "across services").
struct CrossRecount: Sendable {
    /// Ids that are named for each pair of services.
    static let maximumNames = 20

    let services: ServiceOptions

    /// One line a difference that stays until the time is over; what was only on its way is not reported.
    ///
    /// Looks again only at the ids that differed: on a busy system something is always on its way, but not the same.
    func differences(until end: ContinuousClock.Instant) async throws -> [String] {
        var lines: [String] = []
        for pair in try await pairs() { lines += try await differences(of: pair, until: end) }
        return lines
    }

    private func differences(of pair: RecountPair, until end: ContinuousClock.Instant) async throws -> [String] {
        var found = try await pair.differences(limit: Self.maximumNames)
        while !found.isEmpty, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(500))
            var still: [RecountDifference] = []
            for difference in found {
                var one = pair
                (one.first, one.last) = (difference.span.first, difference.span.last)
                still += try await one.differences(limit: 1)
            }
            found = still
            // Only so many were named: the others may be true losses.
            if found.isEmpty { found = try await pair.differences(limit: Self.maximumNames) }
        }
        var lines: [String] = []
        for difference in found { lines.append(await place(of: difference, in: pair) + pair.line(difference)) }
        return lines
    }

    /// Names the campaign of a recipient.
    private func place(of difference: RecountDifference, in pair: RecountPair) async -> String {
        guard pair.subject == "recipient" else { return "" }
        let call = RecipientContext(recipientID: RecipientID(difference.span.first))
        guard let found = try? await services.call(.campaign, call) else { return "" }
        return "campaign \(found.campaignID), "
    }

    private func pairs() async throws -> [RecountPair] {
        let bounds = try await services.call(.campaign, GetRecountBounds())
        let events = ["opens", "human opens", "clicks", "human clicks", "unsubscribes"]
        let campaignEvents = RecountPair(
            subject: "recipient",
            columns: events,
            first: 1,
            last: .max,
            left: side(.tracking, [0, 1, 2, 3, 4, 5]) { RecountEvents(messageKind: .campaign, span: $0) },
            right: side(.campaign, [0, 1, 2, 3, 4, 8]) { RecountLedger(span: $0) }
        )
        let provider = RecountPair(
            subject: "recipient",
            columns: ["delivered", "bounced", "complained"],
            first: bounds.firstRecentRecipient,
            last: .max,
            left: side(.delivery, [0, 1, 2, 3]) { RecountProviderEvents(span: $0) },
            right: side(.campaign, [5, 6, 7, 9]) { RecountLedger(span: $0) }
        )
        let engagement = RecountPair(
            subject: "contact",
            columns: Array(events.prefix(4)),
            first: 1,
            last: .max,
            left: side(.campaign, [0, 1, 2, 3, 4]) { RecountLedgerContacts(span: $0) },
            right: side(.audience, [0, 1, 2, 3, 4]) { RecountEngagement(span: $0) }
        )
        let messages = RecountPair(
            subject: "transactional message",
            columns: ["opens", "clicks"],
            first: 1,
            last: .max,
            left: side(.tracking, [0, 2]) { RecountEvents(messageKind: .transactional, span: $0) },
            right: side(.delivery, [0, 1]) { RecountMessages(span: $0) }
        )
        return [campaignEvents, provider, engagement, messages]
    }

    private func side<Method: RecountMethod>(
        _ service: ServiceName,
        _ columns: [Int],
        _ method: @escaping @Sendable (RecountSpan) -> Method
    ) -> RecountPair.Side {
        RecountPair.Side(service: service, columns: columns) { [services] span, after in
            var call = method(span)
            call.after = after
            return try await services.call(service, call, deadline: .seconds(120))
        }
    }
}
