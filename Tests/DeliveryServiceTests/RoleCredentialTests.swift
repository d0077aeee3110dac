import Configuration
import Foundation
import HTTPTransport
import JSON
import Model
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Credentials of roles", .timeLimit(.minutes(1)))
struct RoleCredentialTests {
    private let directory: String
    /// `Tests/Fixtures/fake_sts.py`, which checks signatures with botocore.
    private let process: TestProcess
    private let url: String
    private let http = HTTPTransport()

    init() async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("aws-role-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory + "/.aws", withIntermediateDirectories: true)
        process = try TestProcess(["/usr/bin/python3", Repository.fixture("fake_sts.py")])
        url = "http://127.0.0.1:" + (try await process.firstLine().split(separator: " ").last ?? "")
        let keys = "[base]\naws_access_key_id = AKIABASE\naws_secret_access_key = base/secret+key\n"
        try keys.write(toFile: directory + "/.aws/credentials", atomically: true, encoding: .utf8)
    }

    private func settings(_ config: String, _ more: [String: String] = [:]) throws -> AWSSettings {
        try config.write(toFile: directory + "/.aws/config", atomically: true, encoding: .utf8)
        let values = ["HOME": directory, "AWS_ENDPOINT_URL_STS": url].merging(more) { $1 }
        return AWSSettings { values[$0] }
    }

    private func load(_ config: String, _ more: [String: String] = [:]) async throws -> AWSCredentials? {
        try await SharedFileCredentials(settings: try settings(config, more), http: http).load()
    }

    private func requests() async throws -> [JSONValue] {
        let answer = try #require(await http.ask(HTTPRequest(method: "GET", url: url + "/control")))
        return try JSONValue.parse(answer.body)["requests"]?.arrayValue ?? []
    }

    @Test("a role is assumed with the keys of source_profile, signed for the profile's region")
    func sourceProfile() async throws {
        let config = """
            [profile mail]
            role_arn = arn:aws:iam::1:role/mail sender
            source_profile = base
            role_session_name = host-1
            external_id = ext/1
            duration_seconds = 1800
            region = eu-west-3
            """
        let found = try #require(try await load(config, ["AWS_PROFILE": "mail"]))
        #expect(found.accessKeyID == "ASIA1" && found.secretAccessKey == "role/secret+1" && found.sessionToken == "token/+1==")
        #expect(found.expiration == Timestamp(iso8601: "2030-01-01T00:00:00Z"))
        let asked = try #require(try await requests().first)
        #expect(asked["signer"] == "AKIABASE" && asked["region"] == "eu-west-3")
        #expect(
            asked["form"] == [
                "Action": "AssumeRole", "DurationSeconds": "1800", "ExternalId": "ext/1", "RoleArn": "arn:aws:iam::1:role/mail sender",
                "RoleSessionName": "host-1", "Version": "2011-06-15",
            ]
        )
    }

    @Test("a role of a role: the first one's temporary keys sign for the second; the environment's region is the stronger one")
    func chain() async throws {
        let config = """
            [default]
            role_arn = arn:aws:iam::1:role/second
            source_profile = first
            region = eu-west-3
            [profile first]
            role_arn = arn:aws:iam::1:role/first
            source_profile = base
            """
        #expect(try await load(config, ["AWS_REGION": "ap-east-1"])?.accessKeyID == "ASIA2")
        let asked = try await requests()
        #expect(asked.map { $0["signer"] } == ["AKIABASE", "ASIA1"] && asked.map { $0["region"] } == ["ap-east-1", "ap-east-1"])
        #expect(asked.map { $0["form"]?["RoleSessionName"] } == ["datamailer", "datamailer"])
    }

    @Test("a profile may be its own source, or take the credentials of the environment or the container")
    func sources() async throws {
        let own = "[default]\nrole_arn = r\nsource_profile = default\naws_access_key_id = AKIABASE\naws_secret_access_key = base/secret+key\n"
        #expect(try await load(own) != nil)
        let keys = ["AWS_ACCESS_KEY_ID": "AKIABASE", "AWS_SECRET_ACCESS_KEY": "base/secret+key"]
        #expect(try await load("[default]\nrole_arn = r\ncredential_source = Environment\n", keys) != nil)
        let metadata = try await MetadataCredentialTests.FakeMetadata()
        let container = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": metadata.url + "/container", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer one",
        ]
        #expect(try await load("[default]\nrole_arn = r\ncredential_source = EcsContainer\n", container) != nil)
        #expect(try await requests().map { $0["signer"] } == ["AKIABASE", "AKIABASE", "ASIACONTAINER"])
        // Without a region the address that all share is signed for as AWS says.
        #expect(try await requests().map { $0["region"] } == ["us-east-1", "us-east-1", "us-east-1"])
    }

    @Test(
        "what cannot be carried out says which profile and why, and no secret",
        arguments: [
            ("role_arn = r", "needs a source_profile"), ("role_arn = r\nsource_profile = gone", "no source_profile gone"),
            ("role_arn = r\nsource_profile = default", "its own source_profile"),
            ("role_arn = r\nsource_profile = base\ncredential_source = Environment", "exclude each other"),
            ("role_arn = r\ncredential_source = Moon", "none of Environment"),
            ("role_arn = r\ncredential_source = Environment", "has no credentials"),
            ("role_arn = r\nsource_profile = base\nmfa_serial = x", "mfa_serial"),
            ("role_arn = arn:aws:iam::1:role/denied\nsource_profile = base", "status 403 AccessDenied"),
            ("role_arn = r\nsource_profile = loop\n[profile loop]\nrole_arn = r\nsource_profile = default", "name each other"),
            ("role_arn = r\nsource_profile = empty\n[profile empty]\nregion = x", "has no keys"),
            (
                "role_arn = r\nsource_profile = wrong\n[profile wrong]\naws_access_key_id = AKIABASE\naws_secret_access_key = n",
                "SignatureDoesNotMatch"
            ),
        ]
    )
    func faults(config: String, reason: String) async throws {
        do {
            _ = try await load("[default]\n" + config + "\n")
            Issue.record("credentials")
        } catch let failure as AWSCredentialFailure {
            #expect(failure.description.contains(reason) && !failure.description.contains("base/secret"), "\(failure)")
        }
    }

    @Test("a service account's token is exchanged, unsigned, and a refusal names its code")
    func webIdentity() async throws {
        let file = directory + "/token"
        try "web/token+=\n".write(toFile: file, atomically: true, encoding: .utf8)
        let values = ["AWS_WEB_IDENTITY_TOKEN_FILE": file, "AWS_ROLE_ARN": "arn:aws:iam::1:role/pod", "AWS_ROLE_SESSION_NAME": "pod 1"]
        let found = try await WebIdentityCredentials(settings: try settings("", values), http: http).load()
        #expect(found?.accessKeyID == "ASIA1" && found?.sessionToken == "token/+1==")
        let asked = try #require(try await requests().first)
        #expect(asked["signer"] == .null && asked["form"]?["RoleSessionName"] == "pod 1")
        try "another".write(toFile: file, atomically: true, encoding: .utf8)
        do {
            _ = try await WebIdentityCredentials(settings: try settings("", values), http: http).load()
            Issue.record("credentials")
        } catch {
            #expect("\(error)".contains("InvalidIdentityToken") && !"\(error)".contains("another"))
        }
    }

    @Test("the profile's region is SES' region where the environment has none")
    func region() throws {
        let config = "[profile mail]\nregion = eu-west-3\n"
        var configuration = try DeliveryConfiguration(.init(provider: InMemoryProvider(values: [:])))
        configuration.transport = .ses
        let own = try TransportFactory.ses(configuration, try settings(config, ["AWS_PROFILE": "mail"]), .silent)
        #expect(own.endpoint.host == "email.eu-west-3.amazonaws.com")
        let other = try TransportFactory.ses(configuration, try settings(config, ["AWS_PROFILE": "mail", "AWS_REGION": "eu-west-1"]), .silent)
        #expect(other.endpoint.host == "email.eu-west-1.amazonaws.com")
    }
}
