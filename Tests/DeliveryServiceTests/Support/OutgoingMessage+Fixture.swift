@testable import DeliveryService

extension OutgoingMessage {
    static func fixture(_ number: Int = 1, latestStart: ContinuousClock.Instant? = nil) -> OutgoingMessage {
        let head =
            "From: a@example.org\r\nTo: b\(number)@example.com\r\nSubject: s\r\nDate: Mon, 23 Nov 2026 18:11:32 +0000\r\nMIME-Version: 1.0\r\n"
        return OutgoingMessage(
            from: "A <a@example.org>",
            envelopeSender: "a@example.org",
            recipient: "b\(number)@example.com",
            bytes: Array((head + "Content-Type: text/plain\r\n\r\nhello\r\n").utf8),
            tags: [(name: "m", value: "c-\(number)"), (name: "a", value: "1")],
            latestStart: latestStart
        )
    }
}
