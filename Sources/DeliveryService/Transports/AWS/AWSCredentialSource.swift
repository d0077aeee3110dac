import HTTPTransport
import JSON
import Model
import Systemd

/// One place where credentials may be.
protocol AWSCredentialSource: Sendable {
    /// Nil when this place is not configured; throws when it is, and has none.
    func load() async throws(AWSCredentialFailure) -> AWSCredentials?
}

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`.
struct EnvironmentCredentials: AWSCredentialSource {
    let settings: AWSSettings

    func load() async throws(AWSCredentialFailure) -> AWSCredentials? {
        guard let id = settings["AWS_ACCESS_KEY_ID"] else { return nil }
        guard let secret = settings["AWS_SECRET_ACCESS_KEY"] else {
            throw AWSCredentialFailure("AWS_SECRET_ACCESS_KEY: missing beside AWS_ACCESS_KEY_ID")
        }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: settings["AWS_SESSION_TOKEN"])
    }
}

/// The systemd credential `aws-credentials`: a shared credentials file, of which the profile is used.
struct SystemdFileCredentials: AWSCredentialSource {
    static let name = "aws-credentials"

    let settings: AWSSettings
    let files: SystemdCredentials

    func load() async throws(AWSCredentialFailure) -> AWSCredentials? {
        guard files.path(Self.name) != nil else { return nil }
        let profile = settings["AWS_PROFILE"] ?? "default"
        guard let text = files.text(Self.name), let found = AWSProfileFile(text).credentials(section: profile) else {
            throw AWSCredentialFailure("the credential file \(Self.name): no usable profile \(profile)")
        }
        return found
    }
}

extension AWSCredentials {
    /// Reads the answer of a container's or an instance's credential service; nil when something is missing.
    init?(serviceAnswer bytes: [UInt8]) {
        guard let value = try? JSONValue.parse(bytes), let id = value["AccessKeyId"]?.stringValue,
            let secret = value["SecretAccessKey"]?.stringValue, !id.isEmpty, !secret.isEmpty
        else { return nil }
        self.init(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: value["Token"]?.stringValue,
            expiration: value["Expiration"]?.stringValue.flatMap { Timestamp(iso8601: $0) }
        )
    }
}

extension HTTPTransport {
    /// A small exchange with a credential service; nil when it gave no whole answer.
    func ask(_ request: HTTPRequest) async -> HTTPResponse? {
        guard case .response(let response) = await send(request) else { return nil }
        return response
    }
}
