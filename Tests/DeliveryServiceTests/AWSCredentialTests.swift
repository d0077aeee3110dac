import Foundation
import HTTPTransport
import Model
import Synchronization
import Systemd
import Testing

@testable import DeliveryService

@Suite("Credentials for AWS", .timeLimit(.minutes(1)))
struct AWSCredentialTests {
    private let directory: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("aws-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    private func file(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: directory + "/" + name, atomically: true, encoding: .utf8)
        return directory + "/" + name
    }

    private func settings(_ values: [String: String]) -> AWSSettings { AWSSettings { values[$0] } }

    private static let profiles = """
        # comment
        [default]
        aws_access_key_id = AKIADEFAULT
        aws_secret_access_key=secret/+=
        s3 =
            aws_access_key_id = nested
        [other]
        aws_access_key_id = AKIAOTHER
        aws_secret_access_key = two
        aws_session_token = token
        """

    @Test("the environment's keys, and a half of them is an error")
    func environment() async throws {
        let all = settings(["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_SESSION_TOKEN": "c"])
        #expect(
            try await EnvironmentCredentials(settings: all).load()
                == AWSCredentials(accessKeyID: "a", secretAccessKey: "b", sessionToken: "c")
        )
        #expect(try await EnvironmentCredentials(settings: settings([:])).load() == nil)
        await #expect(throws: AWSCredentialFailure.self) {
            try await EnvironmentCredentials(settings: settings(["AWS_ACCESS_KEY_ID": "a"])).load()
        }
    }

    @Test("shared files give the profile that is asked for, the credentials file first")
    func sharedFiles() async throws {
        let credentials = try file("credentials", Self.profiles)
        let config = try file("config", "[profile third]\naws_access_key_id = AKIA3\naws_secret_access_key = three\n")
        func load(_ profile: String?) async throws -> AWSCredentials? {
            var values = ["AWS_SHARED_CREDENTIALS_FILE": credentials, "AWS_CONFIG_FILE": config]
            values["AWS_PROFILE"] = profile
            return try await SharedFileCredentials(settings: settings(values), http: HTTPTransport()).load()
        }
        #expect(try await load(nil) == AWSCredentials(accessKeyID: "AKIADEFAULT", secretAccessKey: "secret/+="))
        #expect(try await load("other") == AWSCredentials(accessKeyID: "AKIAOTHER", secretAccessKey: "two", sessionToken: "token"))
        #expect(try await load("third")?.accessKeyID == "AKIA3")
        await #expect(throws: AWSCredentialFailure.self) { try await load("missing") }
        #expect(try await SharedFileCredentials(settings: settings(["HOME": directory]), http: HTTPTransport()).load() == nil)
    }

    @Test("systemd's credential file comes before everything")
    func systemd() async throws {
        _ = try file("aws-credentials", Self.profiles)
        let source = SystemdFileCredentials(settings: settings([:]), files: SystemdCredentials(directory: directory))
        #expect(try await source.load()?.accessKeyID == "AKIADEFAULT")
        #expect(try await SystemdFileCredentials(settings: settings([:]), files: SystemdCredentials(directory: nil)).load() == nil)
    }

    @Test(
        "a container's token is sent only to this machine, a metadata address or over TLS",
        arguments: [
            ("http://example.com/x", false), ("http://127.0.0.1.example.com/x", false), ("http://169.254.170.3/", false),
            ("ftp://127.0.0.1/", false),
            ("http://user@127.0.0.1/", false), ("http://127.0.0.1:1/x", true), ("http://[::1]:1/x", true),
        ]
    )
    func containerAddress(url: String, isAsked: Bool) async throws {
        let source = ContainerCredentials(settings: settings(["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]), http: HTTPTransport())
        do throws(AWSCredentialFailure) {
            _ = try await source.load()
            Issue.record("credentials from nowhere")
        } catch {
            #expect(error.description.contains("AWS_CONTAINER_CREDENTIALS_FULL_URI") != isAsked, "\(error)")
        }
    }

    @Test("STS' answer is read, and an incomplete one is none")
    func webIdentity() throws {
        let xml = """
            <AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><SessionToken>t/+=</SessionToken>
            <SecretAccessKey>s</SecretAccessKey><Expiration>2026-11-23T18:11:32Z</Expiration><AccessKeyId>ASIA1</AccessKeyId>
            </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>
            """
        let found = try #require(STSClient.credentials(xml))
        #expect(found.accessKeyID == "ASIA1" && found.secretAccessKey == "s" && found.sessionToken == "t/+=")
        #expect(found.expiration == Timestamp(iso8601: "2026-11-23T18:11:32Z"))
        #expect(STSClient.credentials(xml.replacing("Expiration", with: "Other")) == nil)
    }

    @Test("credentials are loaded once for all who wait, and kept while they are good")
    func singleFlight() async throws {
        let source = FixedCredentials([AWSCredentials(accessKeyID: "a", secretAccessKey: "b")])
        let chain = AWSCredentialChain([source])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try await chain.credentials() } }
            try await group.waitForAll()
        }
        #expect(source.loads == 1)
    }

    @Test("within ten minutes of the end everybody waits for new ones; if there are none the old ones go on until they end")
    func refresh() async throws {
        let clock = Mutex(Timestamp(microseconds: 0))
        func expiring(_ id: String, _ seconds: Int64) -> AWSCredentials {
            AWSCredentials(accessKeyID: id, secretAccessKey: "s", expiration: Timestamp(microseconds: seconds * 1_000_000))
        }
        let source = FixedCredentials([expiring("a", 3_600), expiring("b", 7_200)])
        let chain = AWSCredentialChain([source]) { clock.withLock { $0 } }
        #expect(try await chain.credentials().accessKeyID == "a")
        clock.withLock { $0 = Timestamp(microseconds: 2_000 * 1_000_000) }
        #expect(try await chain.credentials().accessKeyID == "a" && source.loads == 1)
        clock.withLock { $0 = Timestamp(microseconds: 3_001 * 1_000_000) }
        #expect(try await chain.credentials().accessKeyID == "b" && source.loads == 2)
    }

    @Test("without any source the failure says so, and the next look waits a little")
    func none() async throws {
        let source = FixedCredentials([])
        let chain = AWSCredentialChain([source])
        for _ in 0..<5 { await #expect(throws: AWSCredentialFailure.self) { try await chain.credentials() } }
        #expect(source.loads == 1)
    }
}
