import Synchronization

/// Gathers what comes at the same time into groups, so that many callers share one statement and one commit.
///
/// A single item does not wait for company. Beside a group that runs another one starts only when it is worth a commit of its own: half as
/// many items as run, so that groups become as large as the load makes them. What waits is bounded.
final class GroupCommit<Item: Sendable, Output: Sendable>: Sendable {
    struct Limits: Sendable {
        /// Items in one group.
        var items = 128
        /// The sizes of one group's items together.
        var bytes = 4 << 20
        /// Groups at the same time.
        var groups = 2
        /// Items that may wait, and their sizes together.
        var waiting = 4_096
        var waitingBytes = 64 << 20
    }

    /// More waits than can be carried out in good time.
    struct Overloaded: Error {}

    private struct Entry: Sendable {
        var item: Item
        var size: Int
        var continuation: CheckedContinuation<Output, any Error>
    }

    private struct State {
        var waiting: [Entry] = []
        /// The sizes of those that wait.
        var bytes = 0
        /// Groups under way, and the items in them.
        var running = 0
        var runningItems = 0

        var mayStart: Bool { !waiting.isEmpty && waiting.count * 2 >= runningItems }
    }

    private let limits: Limits
    private let body: @Sendable ([Item]) async -> [Result<Output, any Error>]
    private let state = Mutex(State())

    /// - Parameter body: gives one result an item, in their order.
    init(_ limits: Limits = Limits(), _ body: @escaping @Sendable ([Item]) async -> [Result<Output, any Error>]) {
        self.limits = limits
        self.body = body
    }

    /// Items that wait for a group.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    /// Items that wait or run.
    var isBusy: Bool { state.withLock { $0.running > 0 || !$0.waiting.isEmpty } }

    /// Carries one item out with others; a cancelled caller gets its answer all the same.
    func run(_ item: Item, size: Int = 0) async throws -> Output {
        try await withCheckedThrowingContinuation { continuation in
            let entry = Entry(item: item, size: size, continuation: continuation)
            let isFull = state.withLock { state in
                guard state.waiting.count < limits.waiting, state.waiting.isEmpty || state.bytes + size <= limits.waitingBytes else { return true }
                state.waiting.append(entry)
                state.bytes += size
                return false
            }
            if isFull { continuation.resume(throwing: Overloaded()) } else { startGroup() }
        }
    }

    private func startGroup() {
        let group: [Entry]? = state.withLock { state in
            guard state.running < limits.groups, state.mayStart else { return nil }
            state.running += 1
            return take(&state)
        }
        guard let group else { return }
        // A group belongs to all its callers and must outlive the cancellation of any of them; each caller waits for it.
        Task { await runGroup(group) }
    }

    private func take(_ state: inout State) -> [Entry] {
        var bytes = 0
        var count = 0
        while count < min(limits.items, state.waiting.count) {
            bytes += state.waiting[count].size
            if count > 0, bytes > limits.bytes { break }
            count += 1
        }
        let group = Array(state.waiting.prefix(count))
        state.waiting.removeFirst(count)
        state.bytes -= group.reduce(0) { $0 + $1.size }
        state.runningItems += count
        return group
    }

    private func runGroup(_ group: [Entry]) async {
        var next: [Entry]? = group
        while let group = next {
            let results = await body(group.map(\.item))
            for (entry, result) in zip(group, results) { entry.continuation.resume(with: result) }
            // A body that answers too few leaves nobody waiting for ever.
            for entry in group.dropFirst(results.count) { entry.continuation.resume(throwing: Overloaded()) }
            next = state.withLock { state in
                state.runningItems -= group.count
                guard state.mayStart else {
                    state.running -= 1
                    return nil
                }
                return take(&state)
            }
        }
    }
}
