import Foundation
import HTTPTransport
import JSON
import Model
import Synchronization
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Credentials of AWS machines", .timeLimit(.minutes(1)))
struct MetadataCredentialTests {
    /// `Tests/Fixtures/fake_metadata.py`.
    struct FakeMetadata: Sendable {
        private let process: TestProcess
        private let http = HTTPTransport()
        let url: String

        init() async throws {
            process = try TestProcess(["/usr/bin/python3", Repository.fixture("fake_metadata.py")])
            url = "http://127.0.0.1:" + (try await process.firstLine().split(separator: " ").last ?? "")
        }

        func set(_ name: String, _ value: String) async throws {
            let body = JSONValue.object(JSONObject([(key: name, value: .string(value))])).text
            _ = try #require(await http.ask(HTTPRequest(method: "POST", url: url + "/control", body: Array(body.utf8))))
        }

        func requests() async throws -> [String] {
            let answer = try #require(await http.ask(HTTPRequest(method: "GET", url: url + "/control")))
            return (try JSONValue.parse(answer.body)["requests"]?.arrayValue ?? []).compactMap(\.stringValue)
        }
    }

    private let metadata: FakeMetadata

    init() async throws { metadata = try await FakeMetadata() }

    private func settings(_ values: [String: String]) -> AWSSettings { AWSSettings { values[$0] } }

    private var instance: InstanceCredentials {
        InstanceCredentials(settings: settings(["AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.url + "/"]), http: HTTPTransport())
    }

    private func container(_ more: [String: String]) -> ContainerCredentials {
        let values = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": metadata.url + "/container"].merging(more) { $1 }
        return ContainerCredentials(settings: settings(values), http: HTTPTransport())
    }

    @Test("an instance's role is asked with a token of version 2, its name encoded")
    func instanceRole() async throws {
        let found = try #require(try await instance.load())
        #expect(found.accessKeyID == "ASIAINSTANCE" && found.secretAccessKey == "s/+=" && found.sessionToken == "session")
        #expect(found.expiration == Timestamp(iso8601: "2030-01-01T00:00:00Z"))
        let path = "/latest/meta-data/iam/security-credentials/"
        #expect(try await metadata.requests() == ["PUT /latest/api/token", "GET \(path)", "GET \(path)mail%20sender%2F1"])
    }

    @Test("an instance without a role has none; one whose service is broken is an error, and version 1 is never tried")
    func instanceFaults() async throws {
        try await metadata.set("mode", "broken")
        await #expect(throws: AWSCredentialFailure.self) { try await instance.load() }
        try await metadata.set("mode", "ok")
        try await metadata.set("role", "gone")
        await #expect(throws: AWSCredentialFailure.self) { try await instance.load() }
        try await metadata.set("role", "")
        #expect(try await instance.load() == nil)
        try await metadata.set("mode", "error")
        #expect(try await instance.load() == nil)
        let silent = InstanceCredentials(settings: settings(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"]), http: HTTPTransport())
        #expect(try await silent.load() == nil)
        let off = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.url, "AWS_EC2_METADATA_DISABLED": "TRUE"]
        let asked = try await metadata.requests().count
        #expect(try await InstanceCredentials(settings: settings(off), http: HTTPTransport()).load() == nil)
        #expect(try await metadata.requests().count == asked)
    }

    @Test("a container's token comes from the environment or from a file, which is read again each time")
    func containerToken() async throws {
        let found = try await container(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer one"]).load()
        #expect(found?.accessKeyID == "ASIACONTAINER" && found?.sessionToken == "session")
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let source = container(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file.path])
        await #expect(throws: AWSCredentialFailure.self) { try await source.load() }
        try Data("two\n".utf8).write(to: file)
        #expect(try await source.load()?.accessKeyID == "ASIACONTAINER")
        try Data("three".utf8).write(to: file)
        await #expect(throws: AWSCredentialFailure.self) { try await source.load() }
        try Data("two\r\nX-Injected: 1".utf8).write(to: file)
        let asked = try await metadata.requests().count
        await #expect(throws: AWSCredentialFailure.self) { try await source.load() }
        #expect(try await metadata.requests().count == asked)
    }

    @Test("a container whose service refuses, breaks or is away is an error: it was told to ask there")
    func containerFaults() async throws {
        await #expect(throws: AWSCredentialFailure.self) { try await container([:]).load() }
        let token = ["AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer one"]
        for mode in ["broken", "error"] {
            try await metadata.set("mode", mode)
            await #expect(throws: AWSCredentialFailure.self) { try await container(token).load() }
        }
        let away = container(token.merging(["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:9/x"]) { $1 })
        await #expect(throws: AWSCredentialFailure.self) { try await away.load() }
    }

    @Test("the chain asks the container before the instance, and asks again before the credentials end")
    func chain() async throws {
        let clock = Mutex(try #require(Timestamp(iso8601: "2029-12-31T22:00:00Z")))
        let sources: [any AWSCredentialSource] = [container(["AWS_CONTAINER_AUTHORIZATION_TOKEN": "two"]), instance]
        let chain = AWSCredentialChain(sources) { clock.withLock { $0 } }
        for _ in 0..<3 { #expect(try await chain.credentials().accessKeyID == "ASIACONTAINER") }
        #expect(try await metadata.requests() == ["GET /container"])
        try await metadata.set("expiration", "2030-01-01T06:00:00Z")
        clock.withLock { $0 = $0.adding(.seconds(7_000)) }
        #expect(try await chain.credentials().expiration == Timestamp(iso8601: "2030-01-01T06:00:00Z"))
        #expect(try await metadata.requests().count == 2)
    }
}
