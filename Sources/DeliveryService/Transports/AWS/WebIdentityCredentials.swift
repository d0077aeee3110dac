import Foundation
import HTTPTransport
import Model

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
        let form = SigV4Signer.query([
            (name: "Action", value: "AssumeRoleWithWebIdentity"),
            (name: "Version", value: "2011-06-15"),
            (name: "RoleArn", value: role),
            (name: "RoleSessionName", value: settings["AWS_ROLE_SESSION_NAME"] ?? "datamailer"),
            (name: "WebIdentityToken", value: token.trimmingCharacters(in: .whitespacesAndNewlines)),
        ])
        let request = HTTPRequest(
            url: endpoint,
            headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded"), (name: "Accept", value: "text/xml")],
            body: Array(form.utf8),
            timeout: .seconds(5)
        )
        let answer = await http.ask(request)
        guard let answer, answer.status == 200, let found = Self.credentials(String(decoding: answer.body, as: UTF8.self)) else {
            throw AWSCredentialFailure("STS gave no credentials for the role (status \(answer?.status ?? 0))")
        }
        return found
    }

    private var endpoint: String {
        if let given = settings["AWS_ENDPOINT_URL_STS"] ?? settings["AWS_ENDPOINT_URL"] {
            return given.hasSuffix("/") ? given : given + "/"
        }
        guard let region = settings.region else { return "https://sts.amazonaws.com/" }
        return "https://sts.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")/"
    }

    /// The four elements of the answer; their texts are plain ASCII, without entities.
    static func credentials(_ xml: String) -> AWSCredentials? {
        guard let id = element("AccessKeyId", xml), let secret = element("SecretAccessKey", xml), let token = element("SessionToken", xml),
            let expiration = element("Expiration", xml).flatMap({ Timestamp(iso8601: $0) })
        else { return nil }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token, expiration: expiration)
    }

    private static func element(_ name: String, _ xml: String) -> String? {
        guard let start = xml.range(of: "<\(name)>"), let end = xml.range(of: "</\(name)>", range: start.upperBound..<xml.endIndex) else {
            return nil
        }
        let text = xml[start.upperBound..<end.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
        return text.isEmpty ? nil : text
    }
}
