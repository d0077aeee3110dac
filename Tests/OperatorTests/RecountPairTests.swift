import Contracts
import ServiceRuntime
import Synchronization
import Testing

@testable import Operator

@Suite("Comparing two services") struct RecountPairTests {
    /// A service that holds one number for each id, and counts how often it is asked and how much it answers.
    final class Holder: Sendable {
        private let state: Mutex<(values: [Int64: Int64], calls: Int, longest: Int)>
        private let pageSize: Int

        init(_ values: [Int64: Int64], pageSize: Int = .max) {
            state = Mutex((values, 0, 0))
            self.pageSize = pageSize
        }

        var calls: Int { state.withLock { $0.calls } }
        var longest: Int { state.withLock { $0.longest } }

        func side(_ service: ServiceName, knowsGreatest: Bool) -> RecountPair.Side {
            RecountPair.Side(service: service, columns: [1]) { span, after in
                self.state.withLock { state in
                    state.calls += 1
                    let from = max(span.first, (after.flatMap { Int64($0) } ?? 0) + 1)
                    let ids = state.values.keys.filter { $0 >= from && $0 <= span.last }.sorted().prefix(self.pageSize)
                    var sums: [Int64: Int64] = [:]
                    for id in ids { sums[(id - span.first) / span.width, default: 0] += state.values[id] ?? 0 }
                    state.longest = max(state.longest, sums.count)
                    let pieces = sums.keys.sorted()
                    return RecountPage(
                        pieces: pieces,
                        sums: pieces.map { [-1, sums[$0] ?? 0] },
                        next: ids.count == self.pageSize ? ids.last.map(String.init) : nil,
                        greatest: knowsGreatest ? state.values.keys.max() : nil
                    )
                }
            }
        }
    }

    private func pair(_ left: Holder, _ right: Holder) -> RecountPair {
        RecountPair(
            subject: "recipient",
            columns: ["opens"],
            first: 1,
            last: .max,
            left: left.side(.tracking, knowsGreatest: false),
            right: right.side(.campaign, knowsGreatest: true)
        )
    }

    @Test("equal services are read once, page by page")
    func equal() async throws {
        let values = Dictionary(uniqueKeysWithValues: (1...5_000).map { (Int64($0) * 40, Int64($0 % 3)) })
        let (left, right) = (Holder(values, pageSize: 700), Holder(values, pageSize: 4_000))
        #expect(try await pair(left, right).differences(limit: 20) == [])
        #expect(left.calls == 8 && right.calls == 2)
    }

    @Test("single ids among many that differ are found in few looks and never more than a thousand pieces (I10)")
    func found() async throws {
        let values = Dictionary(uniqueKeysWithValues: (1...100_000).map { (Int64($0), Int64(1)) })
        var damaged = values
        damaged[7] = 3
        damaged[65_432] = nil
        // Beyond everything that the ledger knows.
        damaged[9_000_000_000] = 1
        let (left, right) = (Holder(damaged), Holder(values))
        let pair = pair(left, right)
        let found = try await pair.differences(limit: 20)
        #expect(
            found.map(pair.line) == [
                "recipient 7: opens: tracking has 3, campaign has 1", "recipient 65432: opens: tracking has 0, campaign has 1",
                "recipient 9000000000: opens: tracking has 1, campaign has 0",
            ]
        )
        #expect(left.calls < 15 && right.calls < 15)
        #expect(left.longest <= 1_000 && right.longest <= 1_000)
        #expect(try await pair.differences(limit: 1).count == 1)
    }
}
