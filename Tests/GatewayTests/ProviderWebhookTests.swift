import Foundation
import JSON
import Model
import Testing

@testable import Gateway

@Suite("POST /webhooks/ses", .timeLimit(.minutes(1)))
struct ProviderWebhookTests {
    private let sns: FakeSNS

    init() async throws { sns = try await FakeSNS() }

    private func post(_ gateway: TestGateway, _ text: String) async throws -> (status: Int, json: JSONValue) {
        let reply = try await gateway.send("POST", "/webhooks/ses", ["Content-Type: text/plain; charset=UTF-8"], body: Array(text.utf8))
        return (reply.status, try JSONValue.parse(reply.body))
    }

    private func post(_ gateway: TestGateway, _ envelope: JSONValue) async throws -> (status: Int, json: JSONValue) {
        try await post(gateway, envelope.text)
    }

    private func expectRefused(_ answer: (status: Int, json: JSONValue), _ message: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.status == 400, sourceLocation: sourceLocation)
        #expect(answer.json["error"]?["code"] == "invalid_sns_message", sourceLocation: sourceLocation)
        #expect(answer.json["error"]?["message"]?.stringValue == message, sourceLocation: sourceLocation)
    }

    private static func changed(_ envelope: JSONValue, _ name: String, _ value: JSONValue?) -> JSONValue {
        var members = (envelope.objectValue?.members ?? []).filter { $0.key != name }
        if let value { members.append((key: name, value: value)) }
        return .object(JSONObject(members.map { (key: $0.key, value: $0.value) }))
    }

    @Test("a notification with either signature version is in Delivery's queue when it is answered, as SNS would put it into SQS")
    func accepted() async throws {
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            for version in ["1", "2"] {
                let envelope = try await sns.sign(["Message": #"{"eventType":"Send"}"#, "MessageId": .string("id-\(version)")], version: version)
                let answer = try await post(gateway, envelope)
                #expect(answer.status == 200 && answer.json["status"] == "accepted")
            }
            let bodies = try gateway.backend.state.now.providerBodies.map { try JSONValue.parse($0) }
            #expect(bodies.map { $0["MessageId"] } == ["id-1", "id-2"])
            #expect(bodies.allSatisfy { $0["Type"] == "Notification" && $0["Message"] == #"{"eventType":"Send"}"# })
        }
    }

    @Test("a subject is signed when it is there, empty or not; text beyond ASCII and line breaks are signed as they are")
    func subject() async throws {
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            for fields: JSONValue in [["Subject": "Hi"], ["Subject": ""], ["Message": "Grüße\n\"x\"\u{1F600}\r\n"]] {
                #expect(try await post(gateway, try await sns.sign(fields)).status == 200)
            }
            let plain = try await sns.sign()
            expectRefused(try await post(gateway, Self.changed(plain, "Subject", "added")), "the signature does not match")
        }
    }

    @Test("junk is answered as recorded, and never with a server error")
    func junk() async throws {
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            expectRefused(try await post(gateway, #"{"a": 1}"#), "unsupported SNS message type")
            for text in ["", "x", "[]", "null", #"{"Type":"#, "{\"Type\":\"Notification\"}", "\u{FEFF}{}", #"{"Type":1}"#, #"{"Type":"Other"}"#] {
                #expect(try await post(gateway, text).status == 400, "\(text)")
            }
            let good = try await sns.sign()
            for (name, _) in good.objectValue?.members.map({ ($0.key, $0.value) }) ?? [] {
                for value: JSONValue? in [nil, .null, 7, "", [], "\u{0}", .string(String(repeating: "x", count: 5_000))] {
                    let answer = try await post(gateway, Self.changed(good, name, value))
                    #expect(answer.status == 400 && answer.json["error"]?["code"] == "invalid_sns_message", "\(name)")
                }
            }
            let big = try await gateway.send("POST", "/webhooks/ses", body: [UInt8](repeating: 0x20, count: 2 << 20))
            #expect(big.status == 413)
            #expect(gateway.backend.state.now.providerBodies.isEmpty)
        }
    }

    @Test("a change of any signed member is noticed")
    func changedMembers() async throws {
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            let good = try await sns.sign(["Subject": "s"])
            for name in ["Message", "MessageId", "Subject"] {
                expectRefused(try await post(gateway, Self.changed(good, name, "other")), "the signature does not match")
            }
            expectRefused(
                try await post(gateway, Self.changed(good, "Timestamp", .string(Timestamp.now().iso8601))),
                "the signature does not match"
            )
            expectRefused(try await post(gateway, Self.changed(good, "SignatureVersion", "1")), "the signature does not match")
            expectRefused(try await post(gateway, Self.changed(good, "SignatureVersion", "3")), "unsupported signature version")
        }
    }

    @Test("a message of a topic that is not allowed is refused although AWS signed it (field survey D27), before anything is fetched for it")
    func foreignTopic() async throws {
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            for topic in ["arn:aws:sns:eu-west-1:999999999999:ses-events", "arn:aws:sns:eu-west-1:123456789012:other"] {
                expectRefused(try await post(gateway, try await sns.sign(["TopicArn": .string(topic)])), "the topic is not allowed")
            }
            #expect(try await sns.seen().isEmpty)
        }
        try await TestGateway.run(provider: try sns.intake(topics: [])) { gateway in
            expectRefused(try await post(gateway, try await sns.sign()), "the topic is not allowed")
        }
    }

    @Test(
        "only a certificate of the topic's own SNS host is looked at",
        arguments: [
            "http://sns.eu-west-1.amazonaws.com/P", "https://sns.eu-west-2.amazonaws.com/P", "https://sns.s3.amazonaws.com/P",
            "https://sns.eu-west-1.amazonaws.com.evil.test/P", "https://evil.test/P", "https://sns.eu-west-1.amazonaws.com@evil.test/P",
            "https://sns.eu-west-1.amazonaws.com:8443/P", "https://sns.eu-west-1.amazonaws.com/x/P", "https://sns.eu-west-1.amazonaws.com/P?x",
            "https://sns.eu-west-1.amazonaws.com/P#x", "https://SNS.eu-west-1.amazonaws.com/P", " https://sns.eu-west-1.amazonaws.com/P",
            "https://sns.eu-west-1.amazonaws.com/../P", "https://sns.eu-west-1.amazonaws.com/x.pem", "file:///etc/passwd", "",
        ]
    )
    func certificateHost(pattern: String) async throws {
        let path = "SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            let good = try await sns.sign()
            let url = pattern.replacing("P", with: path, maxReplacements: 1)
            expectRefused(
                try await post(gateway, Self.changed(good, "SigningCertURL", .string(url))),
                "SigningCertURL is not a certificate of the topic's SNS host"
            )
            #expect(try await sns.seen().isEmpty)
        }
    }

    @Test("the certificate must lead to a trusted authority and name SNS; that it holds the right key is not enough")
    func chain() async throws {
        let sns = sns
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            // Leaf and intermediate in one file; and the leaf alone, whose issuer is fetched from where it says.
            #expect(try await post(gateway, try await sns.sign(certificate: "b")).status == 200)
            #expect(try await sns.seen().contains("/intermediate.cer") == false)
            #expect(try await post(gateway, try await sns.sign()).status == 200)
            #expect(try await sns.seen().contains("/intermediate.cer"))
            for certificate: Character in ["f", "d", "c", "e"] {
                let answer = try await post(gateway, try await sns.sign(certificate: certificate))
                expectRefused(answer, "the signing certificate is not trusted")
            }
        }
        // With the system's authorities the test's own root is nobody.
        try await TestGateway.run(provider: try sns.intake(authorities: nil)) { gateway in
            expectRefused(try await post(gateway, try await sns.sign()), "the signing certificate is not trusted")
        }
    }

    @Test("a certificate is fetched once and remembered; a stranger cannot make the gateway fetch without end")
    func memory() async throws {
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            for _ in 0..<5 { #expect(try await post(gateway, try await sns.sign(certificate: "b")).status == 200) }
            #expect(try await sns.seen().count == 1)
            let good = try await sns.sign()
            var statuses: [Int] = []
            for number in 0..<40 {
                let name = String(format: "%032x", number)
                let url = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-\(name).pem"
                statuses.append(try await post(gateway, Self.changed(good, "SigningCertURL", .string(url))).status)
            }
            #expect(Set(statuses) == [400, 503])
            #expect(try await sns.seen().count <= SNSCertificates.burst)
            #expect(try await post(gateway, try await sns.sign(certificate: "b")).status == 200)
        }
    }

    @Test("an old message and one from the future are refused")
    func age() async throws {
        let day = Timestamp.now().adding(.seconds(25 * 3_600))
        try await TestGateway.run(provider: try sns.intake(now: { day })) { gateway in
            expectRefused(try await post(gateway, try await sns.sign()), "the message is too old or from the future")
        }
        let past = Timestamp.now().adding(.seconds(-3_600))
        try await TestGateway.run(provider: try sns.intake(now: { past })) { gateway in
            expectRefused(try await post(gateway, try await sns.sign()), "the message is too old or from the future")
        }
    }

    @Test("while Delivery, its database or the certificate's host is away SNS is told to come again")
    func away() async throws {
        let sns = sns
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            let envelope = try await sns.sign()
            try await sns.answer(with: 503)
            #expect(try await post(gateway, envelope).status == 503)
            try await sns.answer(with: nil)
            gateway.backend.delivery.isUp = false
            let reply = try await gateway.send("POST", "/webhooks/ses", body: Array(envelope.text.utf8))
            #expect(reply.status == 503 && reply.header("retry-after") != nil)
            gateway.backend.delivery.isUp = true
            #expect(try await post(gateway, envelope).status == 200)
            #expect(gateway.backend.state.now.providerBodies.count == 1)
        }
    }

    @Test("a subscription is confirmed by its token on the host of the topic; the URL in the message is never followed")
    func subscription() async throws {
        let sns = sns
        try await TestGateway.run(provider: try sns.intake()) { gateway in
            let confirmation = try await sns.sign([
                "Type": "SubscriptionConfirmation", "Token": "a+b/c", "SubscribeURL": "http://127.0.0.1:1/steal?Token=a",
            ])
            let answer = try await post(gateway, confirmation)
            #expect(answer.status == 200 && answer.json["status"] == "confirmed")
            let calls = try await sns.seen().filter { $0.hasPrefix("/?") }
            #expect(
                calls == [
                    "/?Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Ases-events&Token=a%2Bb%2Fc"
                        + "&Version=2010-03-31"
                ]
            )
            expectRefused(try await post(gateway, Self.changed(confirmation, "Token", "other")), "the signature does not match")
            try await sns.answer(with: 500)
            #expect(try await post(gateway, confirmation).status == 503)
            try await sns.answer(with: nil)
            let ended = try await post(gateway, try await sns.sign(["Type": "UnsubscribeConfirmation"]))
            #expect(ended.status == 200 && ended.json["status"] == "ignored")
            #expect(try await sns.seen().filter { $0.hasPrefix("/?") }.count == 2)
            #expect(gateway.backend.state.now.providerBodies.isEmpty)
        }
    }

    @Test(
        "what is no ARN of a topic is none",
        arguments: [
            "", "arn:aws:sns:eu-west-1:1", "arn:aws:sqs:eu-west-1:1:x", "arn:evil:sns:eu-west-1:1:x", "arn:aws:sns:s3-eu-west-1:1:x",
            "arn:aws:sns:s3:1:x", "arn:aws:sns:eu-west-1.evil:1:x", "arn:aws:sns:eu-west-1/:1:x", "arn:aws:sns:eu--1:1:x", "arn:aws:sns:eu-west-1::x",
            "arn:aws:sns:eu-west-1:1:", "arn:aws:sns:eu-west-1:1:a b", "arn:aws:sns:EU-west-1:1:x", "arn:aws:sns:eu-west-1:1:x:y",
        ]
    )
    func noTopic(arn: String) { #expect(SNSTopic(arn: arn) == nil) }

    @Test("topics of every partition lead to their own hosts")
    func hosts() {
        #expect(SNSTopic(arn: "arn:aws:sns:us-east-1:1:t")?.host == "sns.us-east-1.amazonaws.com")
        #expect(SNSTopic(arn: "arn:aws-cn:sns:cn-north-1:1:t")?.host == "sns.cn-north-1.amazonaws.com.cn")
        #expect(SNSTopic(arn: "arn:aws-us-gov:sns:us-gov-west-1:1:t.fifo")?.host == "sns.us-gov-west-1.amazonaws.com")
    }
}
