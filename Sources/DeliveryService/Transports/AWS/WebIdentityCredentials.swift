import Foundation
import HTTPTransport

/// A role for a service account's token: STS `AssumeRoleWithWebIdentity`, by `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN` and `AWS_ROLE_SESSION_NAME`.
struct WebIdentityCredentials: AWSCredentialSource {
    let settings: AWSSettings
    let http: HTTPTransport

    func load() async throws(AWSCredentialFailure) -> AWSCredentials? {
        guard let path = settings["AWS_WEB_IDENTITY_TOKEN_FILE"] else { return nil }
        guard let role = settings["AWS_ROLE_ARN"] else {
            throw AWSCredentialFailure("AWS_ROLE_ARN: missing beside AWS_WEB_IDENTITY_TOKEN_FILE")
        }
        guard let token = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw AWSCredentialFailure("AWS_WEB_IDENTITY_TOKEN_FILE: cannot be read")
        }
        let form = [
            (name: "RoleArn", value: role), (name: "RoleSessionName", value: settings["AWS_ROLE_SESSION_NAME"] ?? "datamailer"),
            (name: "WebIdentityToken", value: token.trimmingCharacters(in: .whitespacesAndNewlines)),
        ]
        return try await STSClient(settings: settings, region: settings.region, http: http).credentials("AssumeRoleWithWebIdentity", form)
    }
}
