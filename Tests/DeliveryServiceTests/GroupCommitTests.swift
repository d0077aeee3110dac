import Synchronization
import Testing

@testable import DeliveryService

@Suite("Shared commits", .timeLimit(.minutes(1)))
struct GroupCommitTests {
    /// Groups as they begin, each held until it is let go.
    private final class Groups: Sendable {
        private let begun = AsyncStream<[Int]>.makeStream()
        private let held = Mutex<[CheckedContinuation<Void, Never>]>([])

        func run(_ items: [Int]) async {
            await withCheckedContinuation { continuation in
                held.withLock { $0.append(continuation) }
                begun.continuation.yield(items)
            }
        }

        /// The items of the next group to begin.
        func next() async -> [Int] {
            var iterator = begun.stream.makeAsyncIterator()
            return await iterator.next() ?? []
        }

        func letGo() { held.withLock { $0.isEmpty ? nil : $0.removeFirst() }?.resume() }
    }

    @Test("a single item does not wait; what comes while others run goes together, and few do not start a commit of their own")
    func grows() async throws {
        let groups = Groups()
        let commit = GroupCommit<Int, Int>(GroupCommit<Int, Int>.Limits(groups: 2)) { items in
            await groups.run(items)
            return items.map { .success($0 * 10) }
        }
        let answers = try await withThrowingTaskGroup(of: Int.self) { tasks in
            func add(_ items: ClosedRange<Int>) async throws {
                for item in items {
                    let waiting = commit.waitingCount
                    tasks.addTask { try await commit.run(item) }
                    while item > 2, commit.waitingCount == waiting { await Task.yield() }
                }
            }
            try await add(1...1)
            #expect(await groups.next() == [1])
            try await add(2...2)
            #expect(await groups.next() == [2])
            // Both places are taken.
            try await add(3...8)
            groups.letGo()
            #expect(await groups.next() == [3, 4, 5, 6, 7, 8])
            // One place is free, but two items are not worth a commit beside seven.
            groups.letGo()
            try await add(9...10)
            // Three are worth one beside six.
            tasks.addTask { try await commit.run(11) }
            #expect(await groups.next() == [9, 10, 11])
            groups.letGo()
            groups.letGo()
            return try await tasks.reduce(into: []) { $0.append($1) }.sorted()
        }
        #expect(answers == (1...11).map { $0 * 10 })
    }
}
