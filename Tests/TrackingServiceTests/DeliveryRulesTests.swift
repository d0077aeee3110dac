import Contracts
import HTTPTransport
import JSON
import Model
import TestSupport
import Testing
import Tokens

@testable import TrackingService

@Suite("Rules of deliveries")
struct DeliveryRulesTests {
    @Test("signatures are those of Standard Webhooks")
    func vector() throws {
        let secret = try #require(WebhookSecret(text: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let signature = secret.signature(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: body)
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(WebhookSecret(text: WebhookSecret.make().text) != nil)
        #expect(WebhookSecret(text: "whsec_c2hvcnQ=") == nil && WebhookSecret(text: "nothing") == nil)
    }

    @Test(
        "what a client may name is https at a public address on an allowed port",
        arguments: [
            ("https://example.org/hook?x=1", nil), ("https://example.org", nil), ("https://93.184.216.34/x", nil), ("https://example.org:443/", nil),
            ("", "required"), ("http://example.org/", "must_be_https"), ("ftp://example.org/", "must_be_https"), ("example.org", "invalid"),
            ("https://example.org:8080/", "port_not_allowed"), ("https://example.org:0/", "invalid"), ("https://example.org:x/", "invalid"),
            ("https://user:pw@example.org/", "invalid"), ("https://example.org\\@127.0.0.1/", "invalid"), ("https://exa mple.org/", "invalid"),
            ("https://example.org/\n", "invalid"), ("https:///x", "invalid"), ("https://localhost/", "not_public"),
            ("https://db.internal/", "not_public"), ("https://printer.local./", "not_public"), ("https://intranet/", "not_public"),
            ("https://127.0.0.1/", "not_public"), ("https://169.254.169.254/latest/meta-data/", "not_public"), ("https://10.1.2.3/", "not_public"),
            ("https://2130706433/", "not_public"), ("https://0x7f.1/", "not_public"), ("https://0177.0.0.1/", "not_public"),
            ("https://[::1]/", "not_public"), ("https://[::ffff:10.0.0.1]/", "not_public"), ("https://[fd00::1]/", "not_public"),
            ("https://[2606:4700::1111]/", nil), ("https://[zz]/", "invalid"), ("https://exämple.org/", "invalid"),
        ] as [(String, String?)]
    )
    func urls(url: String, fault: String?) {
        #expect(DeliveryURL.fault(url, DeliveryPolicy()) == fault)
    }

    @Test("plain HTTP to this machine needs the configuration's word, and reaches this machine only")
    func loopback() {
        var policy = DeliveryPolicy()
        #expect(DeliveryURL.fault("http://127.0.0.1:9000/", policy) == "must_be_https")
        policy.allowsLoopback = true
        #expect(DeliveryURL.fault("http://127.0.0.1:9000/", policy) == nil)
        #expect(DeliveryURL.fault("http://example.org/", policy) == "must_be_https")
        #expect(DeliveryURL.fault("https://10.0.0.1/", policy) == "not_public")
    }

    @Test(
        "the transport itself connects to no address of this machine, whatever the name said, although a server listens there",
        .timeLimit(.minutes(1)),
        arguments: ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]", "0"]
    )
    func guarded(host: String) async throws {
        let server = try ScriptedServer { _, _, _ in }
        let request = HTTPRequest(url: "https://\(host):\(server.port)/", timeout: .seconds(5))
        guard case .failed(let failure) = await DeliveryPolicy().transport.send(request) else {
            Issue.record("the request went out")
            return
        }
        #expect(failure.reason == .connect && failure.delivery == .notSent)
        #expect(server.connectionCount == 0)
        // The server is there: what the configuration allows reaches it.
        var policy = DeliveryPolicy()
        policy.allowsLoopback = true
        _ = await policy.transport.send(HTTPRequest(url: server.url, timeout: .seconds(5)))
        #expect(server.connectionCount == 1)
    }

    @Test("ten attempts in about three days, each a little later than planned at most, never before the receiver's wish")
    func schedule() {
        let delays = (1...9).map { RetrySchedule.delay(afterAttempt: $0, spread: 0) ?? -1 }
        #expect(delays == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400])
        #expect(RetrySchedule.delay(afterAttempt: 10, spread: 0) == nil)
        #expect(RetrySchedule.delay(afterAttempt: 1, spread: 1) == 6)
        #expect(RetrySchedule.delay(afterAttempt: 1, retryAfter: 60, spread: 0) == 60)
        #expect(RetrySchedule.delay(afterAttempt: 1, retryAfter: 1e12, spread: 0) == 86_400)
    }

    @Test(
        "2xx is success, 410 ends the endpoint, anything else is a failure",
        arguments: [(200, true, false), (204, true, false), (302, false, false), (400, false, false), (410, false, true), (500, false, false)]
    )
    func results(status: Int, succeeded: Bool, isGone: Bool) {
        let result = AttemptResult(.response(HTTPResponse(status: status, body: Array("no\0ise".utf8))))
        #expect(result.succeeded == succeeded && result.isGone == isGone && result.status == status && result.response == "noise")
    }

    @Test("Retry-After is a number of seconds; anything else is passed over", arguments: [("7", 7), ("-1", 0), ("x", 0), ("99999999999", 0)])
    func retryAfter(text: String, pause: Double) {
        let response = HTTPResponse(status: 429, headers: [("Retry-After", text)])
        #expect(AttemptResult(.response(response)).pause == pause)
    }

    @Test("a sealed secret opens only where it belongs, unchanged, and with its key")
    func sealing() throws {
        let keys = try TokenKeys([(id: 1, secret: [UInt8](repeating: 7, count: 32))])
        let sealed = EndpointSecrets(keys: keys)
        let box = try sealed.seal(Array("secret".utf8), endpoint: 7)
        #expect(!box.contains(Array("secret".utf8)))
        #expect(sealed.open(box, endpoint: 7) == Array("secret".utf8))
        #expect(sealed.open(box, endpoint: 8) == nil)
        #expect(sealed.open(box.dropLast() + [box[box.count - 1] ^ 1], endpoint: 7) == nil)
        #expect(sealed.open([], endpoint: 7) == nil)
        let rotated = try TokenKeys([(id: 2, secret: [UInt8](repeating: 8, count: 32)), (id: 1, secret: [UInt8](repeating: 7, count: 32))])
        #expect(EndpointSecrets(keys: rotated).open(box, endpoint: 7) == Array("secret".utf8))
        let lost = try TokenKeys([(id: 2, secret: [UInt8](repeating: 8, count: 32))])
        #expect(EndpointSecrets(keys: lost).open(box, endpoint: 7) == nil)
    }

    @Test("Mailchimp's names: the data centre ends the key, the MD5 of the address names the member")
    func mailchimp() {
        #expect(MailchimpFormat.datacenter("0123456789abcdef-us21") == "us21")
        for key in ["nodc", "key-", "key-us21.evil.example/", "key-US 1"] { #expect(MailchimpFormat.datacenter(key).isEmpty) }
        #expect(
            MailchimpFormat.subscriberHash("Urist.McVankab@freddiesjokes.com") == MailchimpFormat.subscriberHash("urist.mcvankab@freddiesjokes.com")
        )
        #expect(MailchimpFormat.subscriberHash("") == "d41d8cd98f00b204e9800998ecf8427e")
    }

    @Test("a member that is not there has no tag to lose; a refused member is for good; a refused key is the endpoint's trouble")
    func mailchimpResults() {
        func result(_ status: Int, isRemovalOnly: Bool = false) -> AttemptResult {
            MailchimpFormat.result(.response(HTTPResponse(status: status)), isRemovalOnly: isRemovalOnly)
        }
        #expect(result(404, isRemovalOnly: true).succeeded)
        #expect(result(400).isHopeless && result(400).isHealthy)
        #expect(!result(401).isHopeless && !result(401).isHealthy)
        #expect(!result(429).isHopeless && !result(500).isHopeless && !result(410).isGone)
    }

    @Test("the callback has the original's names and keys, and none for what it never told")
    func callback() throws {
        let event = StoredEvent(
            id: 5,
            type: .bounce,
            occurredAt: Timestamp(microseconds: 1_790_000_000_000_000),
            audienceID: AudienceID(1),
            contactID: ContactID(7),
            email: "ann@example.org",
            campaignID: CampaignID(3),
            recipientID: RecipientID(4),
            transactionalMessageID: nil,
            metadata: ["audience": "main", "preference_key": "news"]
        )
        let payload = try #require(CallbackFormat.payload(event, client: "app"))
        #expect(payload["event_id"] == "datamailer-email-event:5" && payload["event_type"] == "contact.hard_bounced")
        #expect(payload["email"] == "ann@example.org" && payload["contact_id"] == 7 && payload["email_event_id"] == 5)
        #expect(payload["audience"] == "main" && payload["client"] == "app" && payload["preference_key"] == "news")
        #expect(payload["metadata"]?["campaign_id"] == 3 && payload["metadata"]?["campaign_recipient_id"] == 4)
        var open = event
        open.type = .open
        #expect(CallbackFormat.payload(open, client: "app") == nil)
        var erased = event
        erased.contactID = nil
        #expect(CallbackFormat.payload(erased, client: "app") == nil)
    }
}

extension [UInt8] {
    /// Whether the other bytes stand somewhere in these.
    fileprivate func contains(_ other: [UInt8]) -> Bool {
        indices.contains { start in self[start...].starts(with: other) }
    }
}
