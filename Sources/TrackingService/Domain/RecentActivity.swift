import Contracts
import Model
import Synchronization

/// What happened to messages in the last seconds, as far as it tells people from machines: which links were followed, and when the
/// provider delivered.
///
/// Kept in this process and bounded. What a restart forgets is a few seconds, in which a machine may pass for a person.
final class RecentActivity: Sendable {
    /// Nobody reads a message and follows this many of its links within ``burst``.
    static let links = 3
    static let burst = Duration.seconds(10)
    /// Whoever comes within this time after the delivery checks the message, and does not read it.
    static let reading = Duration.seconds(5)
    static let capacity = 20_000
    static let remembered = 100

    struct Message: Hashable, Sendable {
        var kind: TrackedMessageKind
        var id: Int64
    }

    /// A click by its id in the log.
    struct Click: Hashable, Sendable {
        var eventID: String
        var occurredAt: Timestamp
        var link: Int64
        var isHuman: Bool
    }

    private struct State {
        var clicks: [Message: [Click]] = [:]
        var deliveries: [Message: Timestamp] = [:]
    }

    private let state = Mutex(State())

    func noteDelivery(of message: Message, at time: Timestamp) {
        state.withLock { state in
            if state.deliveries.count >= Self.capacity { state.deliveries.removeAll() }
            state.deliveries[message] = min(time, state.deliveries[message] ?? time)
        }
    }

    /// Whether a request came too soon after the delivery to be a reader's.
    ///
    /// Before the delivery too: filters of the receiver look into a message before they hand it over.
    func isTooSoon(_ message: Message, at time: Timestamp) -> Bool {
        state.withLock { state in
            guard let delivered = state.deliveries[message] else { return false }
            return time < delivered.adding(Self.reading)
        }
    }

    /// Notes clicks; gives for each message with a burst all clicks of it that are remembered, earlier ones included.
    func bursts(adding clicks: [(message: Message, click: Click)]) -> [Message: Set<Click>] {
        state.withLock { state in
            var touched: Set<Message> = []
            for (message, click) in clicks {
                if state.clicks.count >= Self.capacity, state.clicks[message] == nil { state.clicks.removeAll() }
                var known = state.clicks[message] ?? []
                guard !known.contains(where: { $0.eventID == click.eventID }) else { continue }
                if known.count >= Self.remembered { known.removeFirst() }
                known.append(click)
                state.clicks[message] = known
                touched.insert(message)
            }
            var found: [Message: Set<Click>] = [:]
            for message in touched {
                let burst = Self.burst(in: state.clicks[message] ?? [])
                if !burst.isEmpty { found[message] = burst }
                Self.forget(message, &state)
            }
            return found
        }
    }

    /// Every click that has enough other links beside it within the time.
    private static func burst(in clicks: [Click]) -> Set<Click> {
        let ordered = clicks.sorted { $0.occurredAt < $1.occurredAt }
        var found: Set<Click> = []
        var start = 0
        for end in ordered.indices {
            while ordered[start].occurredAt.adding(burst) < ordered[end].occurredAt { start += 1 }
            let window = ordered[start...end]
            if Set(window.map(\.link)).count >= links { found.formUnion(window) }
        }
        return found
    }

    /// Clicks that no later one can make a burst with.
    private static func forget(_ message: Message, _ state: inout State) {
        guard let known = state.clicks[message], let last = known.map(\.occurredAt).max() else { return }
        state.clicks[message] = known.filter { last < $0.occurredAt.adding(burst * 2) }
    }
}
