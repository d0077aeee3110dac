import Contracts
import JSONRPC
import Logging
import Model
import Postgres
import Schemas
import TestSupport
import Testing

@testable import TrackingService

@Suite("Machines that give themselves away by what they do", .timeLimit(.minutes(1)))
struct BurstTests {
    private static let start = Timestamp(microseconds: 1_790_000_000_000_000)

    private func click(_ link: Int64, after seconds: Double, message: Int64 = 1, userAgent: String = "Thunderbird") -> TrackingEvent {
        var event = TrackingEvent.fixture(
            type: .click,
            messageID: message,
            userAgent: userAgent,
            occurredAt: Self.start.adding(.seconds(seconds))
        )
        event.link = link
        return event
    }

    private func classes(_ outcome: RequestClassification.Outcome) -> [EventClass] { outcome.events.map(\.verdict.classification) }

    @Test("three links of one message within ten seconds are a machine's, in one batch or in several; the earlier ones are withdrawn")
    func burst() {
        let together = RequestClassification(recent: RecentActivity())
        let outcome = together.classify([click(1, after: 0), click(2, after: 1), click(3, after: 2)])
        #expect(classes(outcome) == [.machine, .machine, .machine] && outcome.withdrawn.isEmpty)
        #expect(outcome.events.allSatisfy { $0.verdict.reason == RequestClassification.burstReason })

        let apart = RequestClassification(recent: RecentActivity())
        let first = click(1, after: 0)
        let second = click(2, after: 4)
        #expect(classes(apart.classify([first])) == [.human])
        #expect(classes(apart.classify([second])) == [.human])
        let third = apart.classify([click(3, after: 9)])
        #expect(classes(third) == [.machine])
        #expect(Set(third.withdrawn.map(\.eventID)) == [first.eventID, second.eventID])
        #expect(classes(apart.classify([click(4, after: 12)])) == [.machine])
    }

    @Test("a reader who follows two links, one link often, or three over a minute, or three links of three messages, is no machine")
    func readers() {
        let classification = RequestClassification(recent: RecentActivity())
        let two = [click(1, after: 0), click(2, after: 1), click(1, after: 2), click(2, after: 3)]
        let slow = [click(1, after: 0, message: 2), click(2, after: 20, message: 2), click(3, after: 40, message: 2)]
        let messages = (10...12).map { click($0, after: 0, message: $0) }
        #expect(classes(classification.classify(two + slow + messages)).allSatisfy { $0 == .human })
    }

    @Test("events that come late or twice change nothing about it")
    func order() {
        let classification = RequestClassification(recent: RecentActivity())
        let clicks = [click(3, after: 9), click(1, after: 0), click(1, after: 0.5)]
        for event in clicks + clicks { #expect(classes(classification.classify([event])) == [.human]) }
        #expect(classes(classification.classify([click(2, after: 5)])) == [.machine])
    }

    @Test("whoever comes before or within five seconds after the delivery is a machine, except for the unsubscribe of RFC 8058")
    func delivery() {
        let classification = RequestClassification(recent: RecentActivity())
        classification.note([
            MessageEvent(
                eventID: "d",
                type: .delivered,
                occurredAt: Self.start,
                organizationID: OrganizationID(1),
                clientID: nil,
                recipientID: RecipientID(1)
            )
        ])
        #expect(classes(classification.classify([click(1, after: -1)])) == [.machine])
        #expect(classes(classification.classify([click(1, after: 4.9)])) == [.machine])
        #expect(classes(classification.classify([click(1, after: 5)])) == [.human])
        #expect(classes(classification.classify([click(1, after: 1, message: 2)])) == [.human])
        let leaving = TrackingEvent.fixture(type: .unsubscribe, messageID: 1, method: "POST", occurredAt: Self.start.adding(.seconds(1)))
        #expect(classes(classification.classify([leaving])) == [.human])
    }

    @Test("what is remembered is bounded, whatever comes")
    func bounds() {
        let classification = RequestClassification(recent: RecentActivity())
        for message in 1...30_000 as ClosedRange<Int64> { _ = classification.classify([click(1, after: 0, message: message)]) }
        for number in 1...500 as ClosedRange<Int64> { _ = classification.classify([click(1, after: Double(number) / 1_000, message: 1)]) }
        #expect(classes(classification.classify([click(2, after: 1), click(3, after: 1)])).contains(.machine))
    }

    @Test("a withdrawn click is a machine's in the log, and Campaign hears of it once")
    func stored() async throws {
        let database = try await TestDatabase.create(
            migrations: [(schema: "tracking", role: "datamailer_tracking", migrations: Schemas.tracking)]
        )
        let store = TrackingStore(database: database.pool(asRole: "datamailer_tracking"))
        let classification = RequestClassification(recent: RecentActivity())
        let clicks = [click(1, after: 0), click(2, after: 1), click(3, after: 2)]
        for event in clicks {
            let outcome = classification.classify([event])
            _ = try await store.record(outcome.events)
            let withdrawn = try await store.withdraw(outcome.withdrawn, reason: RequestClassification.burstReason)
            #expect(withdrawn == outcome.withdrawn.count)
            #expect(try await store.withdraw(outcome.withdrawn, reason: RequestClassification.burstReason) == 0)
        }
        let waiting = try await store.forwardingPage(limit: 100)
        let forwarded = try waiting.flatMap { try ApplyTrackingEvents.read(ArraySlice("{\"events\":[\($0.events)]}".utf8)).events }
        #expect(forwarded.filter { $0.withdrawsHuman == nil }.map(\.isHuman) == [true, true, false])
        #expect(forwarded.count { $0.withdrawsHuman == true } == 2)
        #expect(Set(forwarded.map(\.eventID)).count == 5)
        try await database.drop()
    }
}
