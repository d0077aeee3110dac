import Contracts
import Model
import Postgres
import Testing

@testable import TrackingService

@Suite("Sums of the event log", .timeLimit(.minutes(1)))
struct EventSumsTests {
    @Test("pages of any width add up to what is stored, of one kind of message only")
    func pages() async throws {
        try await TrackingFixture.run { fixture in
            for id in 1...30 {
                let id = Int64(id)
                _ = try await fixture.store.record([
                    ClassifiedEvent(.fixture(messageID: id)), ClassifiedEvent(.fixture(type: .click, messageID: id, userAgent: "curl/8")),
                    ClassifiedEvent(.fixture(type: .unsubscribe, messageID: id, method: "POST")),
                    ClassifiedEvent(.fixture(messageKind: .transactional, messageID: id)),
                ])
            }
            for width in [1, 7, 1_000] as [Int64] {
                var total: [Int64: [Int64]] = [:]
                var call = RecountEvents(messageKind: .campaign, span: RecountSpan(first: 11, last: 2_010))
                repeat {
                    var statement = EventSums(call)
                    statement.width = width
                    let page = try #require(try await fixture.store.database.first(statement))
                    for (piece, sums) in zip(page.pieces, page.sums) { total[piece] = zip(total[piece] ?? [0, 0, 0, 0, 0], sums.prefix(5)).map(+) }
                    call.after = page.next
                } while call.after != nil
                // Two ids a piece; opens of people, clicks of a machine.
                #expect(total == Dictionary(uniqueKeysWithValues: (0..<10).map { ($0, [2, 2, 2, 0, 2]) }), "width \(width)")
            }
        }
    }
}
