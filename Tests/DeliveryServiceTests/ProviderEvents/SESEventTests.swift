import Contracts
import JSON
import Model
import Testing

@testable import DeliveryService

@Suite("Events of SES")
struct SESEventTests {
    private let now = Timestamp(microseconds: 1_795_600_000_000_000)

    private func read(_ event: JSONValue) throws -> ProviderNotification {
        guard case .item(let found) = try SESEvent.read(event, sourceID: "s", receivedAt: now) else {
            throw InvalidBody(description: "passed over")
        }
        return found
    }

    @Test(
        "what a bounce says about the address",
        arguments: [
            ("Permanent", "General", nil, ProviderEvent.Kind.hardBounce), ("Permanent", "NoEmail", "5.1.1", .hardBounce),
            ("Permanent", "Suppressed", nil, .hardBounce), ("Permanent", "OnAccountSuppressionList", nil, .hardBounce),
            ("Permanent", "SomethingNew", nil, .hardBounce), ("Transient", "General", nil, .softBounce),
            ("Transient", "General", "4.4.7", .softBounce), ("Transient", "MailboxFull", "5.2.2", .softBounce),
            ("Transient", "CustomTimeoutExceeded", nil, .softBounce), ("Transient", "General", "5.4.4", .hardBounce),
            ("Transient", "General", "5.1.2", .hardBounce), ("Transient", "General", "5.10.1", .softBounce),
            ("Transient", "MessageTooLarge", "5.1.1", .contentBounce), ("Transient", "ContentRejected", nil, .contentBounce),
            ("Transient", "AttachmentRejected", nil, .contentBounce), ("Undetermined", "Undetermined", nil, .softBounce),
            ("Unheard-of", "", nil, .softBounce),
        ] as [(String, String, String?, ProviderEvent.Kind)]
    )
    func bounces(type: String, subtype: String, status: String?, kind: ProviderEvent.Kind) throws {
        let found = try read(SESNotifications.bounce(type, subtype, status: status))
        #expect(found.events.map(\.kind) == [kind])
    }

    @Test(
        "which reports are complaints",
        arguments: [
            (nil, ProviderEvent.Kind.complaint), ("abuse", .complaint), ("fraud", .complaint), ("other", .complaint),
            ("not-spam", .feedback), ("virus", .feedback), ("auth-failure", .feedback),
        ] as [(String?, ProviderEvent.Kind)]
    )
    func complaints(type: String?, kind: ProviderEvent.Kind) throws {
        let found = try read(SESNotifications.complaint(type))
        #expect(found.events.map(\.kind) == [kind])
        #expect(kind.suppression == (kind == .complaint ? .complaint : nil))
    }

    @Test("the addresses that bounced are meant, not those that it was sent to; a display name is no part of one")
    func addresses() throws {
        let event = SESNotifications.bounce(
            "Permanent",
            "General",
            to: ["ann@example.com", "copy@example.com"],
            bounced: ["\"Copy, The\" <Copy@Example.com>", "copy@example.com"]
        )
        #expect(try read(event).events.map(\.address) == ["copy@example.com"])
    }

    @Test("the time is the event's own, not that of sending (field survey D16)")
    func times() throws {
        let found = try read(SESNotifications.delivery(at: "2026-11-24T12:30:00.123Z"))
        #expect(found.events.map(\.occurredAt) == [Timestamp(iso8601: "2026-11-24T12:30:00.123Z")])
        #expect(found.sentAt == Timestamp(iso8601: SESNotifications.time))
    }

    @Test("both formats give the same event, so a copy of either changes nothing")
    func formats() throws {
        let published = try read(SESNotifications.bounce("Permanent", "General"))
        let feedback = try read(SESNotifications.bounce("Permanent", "General", tag: nil, named: "notificationType"))
        #expect(published.events == feedback.events)
        #expect(published.messageTag == "c-1" && feedback.messageTag == "")
        #expect(try read(SESNotifications.complaint("abuse", tag: nil, named: "notificationType")).events.map(\.kind) == [.complaint])
    }

    @Test("events that differ in message, type, address, time or report have keys of their own")
    func keys() throws {
        let events = [
            SESNotifications.bounce("Permanent", "General"), SESNotifications.bounce("Permanent", "General", feedback: "f-2"),
            SESNotifications.bounce("Permanent", "General", id: "m-2"),
            SESNotifications.bounce("Permanent", "General", bounced: ["b@example.com"]), SESNotifications.delivery(),
            SESNotifications.delivery(at: "2026-11-24T10:00:01.000Z"), SESNotifications.complaint("abuse"), SESNotifications.event("Send"),
        ]
        let keys = try events.flatMap { try read($0).events.map(\.key) }
        #expect(Set(keys).count == events.count)
        #expect(keys.allSatisfy { $0.utf8.count == 36 })
    }

    @Test("send, reject, delay and a failed rendering; unknown members and types are passed over")
    func others() throws {
        #expect(try read(SESNotifications.event("Send", ("send", [:]))).events.map(\.kind) == [.sent])
        let reject = try read(SESNotifications.event("Reject", ("reject", ["reason": "Bad content"]), ("novelty", ["x": [1, 2]])))
        #expect(reject.events.map(\.kind) == [.rejected] && reject.events.map(\.detail) == ["Reject Bad content"])
        let failure = SESNotifications.event("Rendering Failure", ("failure", ["errorMessage": "no", "templateName": "t"]))
        #expect(try read(failure).events.map(\.kind) == [.rejected])
        let delay: JSONValue = [
            "delayType": "MailboxFull", "timestamp": .string(SESNotifications.time),
            "delayedRecipients": [["emailAddress": "ann@example.com"]],
        ]
        #expect(try read(SESNotifications.event("DeliveryDelay", ("deliveryDelay", delay))).events.map(\.kind) == [.delayed])
        for type in ["Open", "Click", "Subscription", "SomethingNew"] {
            guard case .ignored = try SESEvent.read(SESNotifications.event(type), sourceID: "s", receivedAt: now) else {
                Issue.record("\(type) is used")
                continue
            }
        }
    }

    @Test("nothing that another server wrote goes into the detail")
    func detail() throws {
        let event = SESNotifications.bounce("Permanent", "General\u{0}<b>\n", status: "5.1.1 ann@example.com")
        #expect(try read(event).events.map(\.detail) == ["Permanent/Generalb 5.1.1 annexample.com"])
    }

    @Test(
        "what is no event is refused with its reason",
        arguments: ["{}", #"{"eventType":"Bounce"}"#, #"{"eventType":"Bounce","mail":{}}"#, #"{"eventType":7,"mail":{"messageId":"x"}}"#]
    )
    func broken(text: String) throws {
        let value = try JSONValue.parse(text)
        #expect(throws: InvalidBody.self) { try SESEvent.read(value, sourceID: "s", receivedAt: now) }
    }

    @Test("an event whose parts have wrong types still proves what its head says, and never crashes")
    func wrongTypes() throws {
        for part: JSONValue in [.null, 1, "x", [], ["bouncedRecipients": 1], ["bouncedRecipients": [1, "x", ["emailAddress": 7]]]] {
            let found = try read(SESNotifications.event("Bounce", ("bounce", part)))
            #expect(found.events.map(\.kind) == [.softBounce] && found.events.map(\.address) == [""])
        }
    }
}

@Suite("Messages of the queue ses-webhooks")
struct SESWebhookMessageTests {
    private let now = Timestamp(microseconds: 1_795_600_000_000_000)

    private func notification(_ body: String) throws -> ProviderNotification? {
        guard case .item(let found) = try SESWebhookMessage.read(body: body, now: now) else { return nil }
        return found
    }

    private func contract(_ changes: (String, JSONValue?)...) -> String {
        var members: [String: JSONValue] = [
            "contract": "ses-webhooks", "version": 1, "provider": "ses", "provider_event_id": "e-1", "notification_type": "delivery",
            "received_at": "2026-11-24T10:00:00Z", "ses_message_id": "m-1",
        ]
        for (name, value) in changes { members[name] = value }
        return JSONValue.object(JSONObject(members.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) })).text
    }

    @Test("an SNS envelope, the event by itself, and the contract with and without the event")
    func forms() throws {
        let event = SESNotifications.bounce("Permanent", "General")
        let wanted = try #require(try notification(SESNotifications.envelope(event)))
        #expect(wanted.messageTag == "c-1" && wanted.sourceID == "sns-1" && wanted.events.map(\.kind) == [.hardBounce])
        #expect(try notification(event.text)?.events == wanted.events)
        for metadata: JSONValue in [["notification": event], ["notification": .string(event.text)], event] {
            #expect(try notification(contract(("notification_type", "bounce"), ("metadata", metadata)))?.events == wanted.events)
        }
        let bare = try #require(try notification(contract()))
        #expect(bare.events.map(\.kind) == [.delivered] && bare.providerMessageID == "m-1")
        #expect(try notification(contract(("received_at", "2026-11-25T10:00:00Z")))?.events.map(\.key) == bare.events.map(\.key))
        #expect(try notification(contract(("provider_event_id", "e-2")))?.events.map(\.key) != bare.events.map(\.key))
    }

    @Test("what a topic says about itself is passed over")
    func ignored() throws {
        let validated = #"{"Type":"Notification","MessageId":"1","Message":"Successfully validated SNS topic for Amazon SES event publishing."}"#
        for body in [validated, #"{"Type":"SubscriptionConfirmation"}"#, #"{"Type":"UnsubscribeConfirmation"}"#] {
            #expect(try notification(body) == nil)
        }
    }

    @Test("a missing or wrong member is named")
    func invalid() {
        let cases: [(String, String)] = [
            ("x", "body"), ("[]", "body"), ("{}", "contract"), (contract(("version", 2)), "version"), (contract(("version", "1")), "version"),
            (contract(("provider", "other")), "provider"), (contract(("provider_event_id", nil)), "provider_event_id"),
            (contract(("notification_type", "exploded")), "notification_type"), (contract(("received_at", "yesterday")), "received_at"),
            (contract(("ses_message_id", nil)), "ses_message_id"), (#"{"Type":"Notification"}"#, "Message"),
            (#"{"Type":"Notification","Message":"hello"}"#, "Message"),
        ]
        for (body, field) in cases {
            do throws(InvalidBody) {
                _ = try SESWebhookMessage.read(body: body, now: now)
                Issue.record("accepted: \(body)")
            } catch {
                #expect(error.description.hasPrefix(field), "\(error)")
            }
        }
    }
}
