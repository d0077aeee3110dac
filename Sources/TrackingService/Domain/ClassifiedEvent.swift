import Contracts
import Model

/// An event as the log stores it: what the gateway saw, cut to the log's bounds, and who caused it.
struct ClassifiedEvent: Sendable {
    static let maximumURL = 4_096
    static let maximumUserAgent = 512

    var event: TrackingEvent
    var verdict: EventClassifier.Verdict

    init(_ event: TrackingEvent) {
        var event = event
        event.url = Self.bounded(event.url, Self.maximumURL)
        event.userAgent = Self.bounded(event.userAgent, Self.maximumUserAgent)
        self.event = event
        verdict = EventClassifier.classify(userAgent: event.userAgent, method: event.method, type: event.type)
    }

    /// Postgres' text holds no NUL, and a request decides neither our row size nor our index size.
    private static func bounded(_ text: String, _ limit: Int) -> String {
        let short = text.utf8.count > limit ? String(text.prefix(limit)) : text
        return short.utf8.contains(0) ? short.filter { $0 != "\0" } : short
    }
}
