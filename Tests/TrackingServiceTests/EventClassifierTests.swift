import Contracts
import Testing

@testable import TrackingService

@Suite("Who caused a request on a public link")
struct EventClassifierTests {
    @Test(
        "a request is classified by what it says of itself, with the reason",
        arguments: [
            ("Mozilla/5.0", "GET", EventClass.machine, "user_agent:Mozilla/5.0"),
            ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "GET", .human, "proxy:googleimageproxy"),
            ("YahooMailProxy; https://help.yahoo.com", "GET", .human, "proxy:yahoomailproxy"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15", "GET", .human, "user_agent:reader"),
            ("Mozilla/5.0 (compatible; bingbot/2.0)", "GET", .machine, "user_agent:bot"),
            ("Microsoft Office Existence Discovery", "GET", .machine, "user_agent:existence discovery"),
            ("curl/8.0", "GET", .machine, "user_agent:curl/"),
            ("", "GET", .unknown, "user_agent:empty"),
            ("SomethingNew/1.0", "GET", .unknown, "user_agent:unlisted"),
            ("Mozilla/5.0 (X11) AppleWebKit", "HEAD", .machine, "method:HEAD"),
        ]
    )
    func classifies(userAgent: String, method: String, expected: EventClass, reason: String) {
        let verdict = EventClassifier.classify(userAgent: userAgent, method: method, type: .open)
        #expect(verdict == EventClassifier.Verdict(classification: expected, reason: reason))
    }

    @Test("the POST of an unsubscribe is a person's wish whatever program carries it")
    func unsubscribe() {
        #expect(EventClassifier.classify(userAgent: "curl/8.0", method: "POST", type: .unsubscribe).classification == .human)
    }

    @Test("what a request claims is cut to the log's bounds and cleaned of NUL")
    func bounds() {
        let event = TrackingEvent.fixture(url: String(repeating: "u", count: 10_000), userAgent: "a\0b" + String(repeating: "x", count: 5_000))
        let classified = ClassifiedEvent(event)
        #expect(classified.event.url.utf8.count == ClassifiedEvent.maximumURL)
        #expect(classified.event.userAgent.utf8.count < ClassifiedEvent.maximumUserAgent)
        #expect(classified.event.userAgent.hasPrefix("ab"))
    }
}
