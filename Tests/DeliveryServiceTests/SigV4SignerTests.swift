import Cryptography
import Foundation
import Model
import TestSupport
import Testing

@testable import DeliveryService

@Suite("AWS Signature Version 4")
struct SigV4SignerTests {
    private struct Case: Encodable {
        var method: String
        var host: String
        var path: String
        var query: [String: String]
        var headers: [String: String]
        var body: String
        var token: String?
        var region: String
        var service: String
        var date: String
        var secret: String
    }

    /// Signs each case by botocore, given the same date.
    private static let script = """
        import json, sys
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        for case in json.load(open(sys.argv[1], encoding="utf-8")):
            request = AWSRequest(method=case["method"], url="https://" + case["host"] + case["path"], headers=dict(case["headers"]),
                                 data=case["body"].encode(), params=case["query"])
            request.context["timestamp"] = case["date"]
            request.headers["X-Amz-Date"] = case["date"]
            if case.get("token"):
                request.headers["X-Amz-Security-Token"] = case["token"]
            auth = SigV4Auth(Credentials("AKID", case["secret"], case.get("token")), case["service"], case["region"])
            print(auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request))
        """

    @Test("signatures are those of botocore, whatever is in path, query, headers, body and token", .timeLimit(.minutes(1)))
    func asBotocore() async throws {
        var generator = SystemRandomNumberGenerator()
        let cases = (0..<400).map { _ in Self.random(&generator) }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("datamailer-\(UUID().uuidString)")
        try JSONEncoder().encode(cases).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let output = try await TestProcess.run(["/usr/bin/python3", "-c", Self.script, file.path])
        let expected = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        try #require(expected.count == cases.count)
        for (index, one) in cases.enumerated() {
            let request = SigV4Request(
                method: one.method,
                host: one.host,
                path: one.path,
                query: one.query.map { (name: $0.key, value: $0.value) },
                headers: one.headers.map { (name: $0.key, value: $0.value) },
                bodyHash: SHA256.hexadecimalHash(one.body.utf8)
            )
            let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: one.secret, sessionToken: one.token)
            let signer = SigV4Signer(region: one.region, service: one.service)
            let headers = signer.headers(for: request, credentials: credentials, at: try #require(Self.moment(one.date)))
            let authorization = try #require(headers.last { $0.name == "Authorization" }?.value)
            #expect(authorization.hasSuffix("Signature=" + expected[index]), "\(one)")
        }
    }

    @Test("the key of the day is replaced when the day or the secret changes")
    func keyCache() {
        let cache = SigningKeyCache()
        func code(_ secret: String, _ day: String) -> [UInt8] {
            cache.key(secret: secret, day: day, region: "r", service: "s").authenticationCode(for: [1])
        }
        let first = code("a", "20261123")
        #expect(code("a", "20261123") == first)
        #expect(code("a", "20261124") != first)
        #expect(code("b", "20261124") != code("a", "20261124"))
        #expect(code("a", "20261123") == first)
    }

    @Test("times have the forms that AWS and HTTP give them")
    func dates() {
        #expect(AWSDate.basic(Timestamp(microseconds: 0)) == "19700101T000000Z")
        #expect(AWSDate.httpDate("Thu, 01 Jan 1970 00:01:00 GMT") == Timestamp(microseconds: 60_000_000))
        #expect(AWSDate.httpDate("Thu, 01 Jan 1970 00:01:00 CET") == nil)
        #expect(AWSDate.httpDate("Thu, 99 Foo 1970") == nil)
    }

    private static func moment(_ date: String) -> Timestamp? {
        let text = Array(date)
        return Timestamp(
            iso8601:
                "\(String(text[0..<4]))-\(String(text[4..<6]))-\(String(text[6..<8]))T\(String(text[9..<11])):\(String(text[11..<13])):\(String(text[13..<15]))Z"
        )
    }

    private static func random(_ generator: inout SystemRandomNumberGenerator) -> Case {
        func text(_ alphabet: String, _ lengths: ClosedRange<Int>) -> String {
            String((0..<Int.random(in: lengths, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? "x" })
        }
        let segments = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
            ["identities", "user%40example.com", "a%20b", "v2", "%E2%82%AC", "x~y-z_.", "%2F"].randomElement(using: &generator) ?? ""
        }
        let names = (0..<Int.random(in: 0...3, using: &generator)).map { _ in text("abcXYZ -_.~/+%&=é€:", 1...6) }
        let values = names.map { ($0, text("abcXYZ09 -_.~/+%&=é€:", 0...8)) }
        var headers = [
            "Content-Type": "application/json", "Host": ["email.eu-west-1.amazonaws.com", "127.0.0.1:8080"].randomElement() ?? "",
        ]
        if Bool.random(using: &generator) { headers["X-Amz-Target"] = "  a   b  " + text("abc  ", 0...6) + "." }
        return Case(
            method: ["GET", "POST", "PUT", "DELETE"].randomElement(using: &generator) ?? "GET",
            host: headers.removeValue(forKey: "Host") ?? "",
            path: "/" + segments.joined(separator: "/") + (Bool.random(using: &generator) && !segments.isEmpty ? "/" : ""),
            query: Dictionary(values) { first, _ in first },
            headers: headers,
            body: text("{}\"abc é€", 0...40),
            token: Bool.random(using: &generator) ? text("abc/+=", 1...40) : nil,
            region: ["eu-west-1", "us-east-1"].randomElement(using: &generator) ?? "",
            service: ["ses", "sqs"].randomElement(using: &generator) ?? "",
            date: "202\(Int.random(in: 0...9))110\(Int.random(in: 1...9))T1\(Int.random(in: 0...9))1132Z",
            secret: text("abcdef/+123", 10...40)
        )
    }
}
