import Cryptography
import Foundation
import HTTPTransport
import Model

/// Asks the Security Token Service for the credentials of a role.
///
/// At `AWS_ENDPOINT_URL_STS`, else in the region, else at the one address that all regions share.
struct STSClient: Sendable {
    let settings: AWSSettings
    /// nil: not known.
    let region: String?
    let http: HTTPTransport

    /// - Parameter signer: nil for an action that needs no signature.
    /// - Throws: with the code that STS gave, never with a secret.
    func credentials(
        _ action: String,
        _ form: [(name: String, value: String)],
        signedWith signer: AWSCredentials? = nil
    ) async throws(AWSCredentialFailure) -> AWSCredentials {
        guard let endpoint = SESEndpoint(url: address) else { throw AWSCredentialFailure("AWS_ENDPOINT_URL_STS: not an http(s) URL") }
        let fields = [(name: "Action", value: action), (name: "Version", value: "2011-06-15")] + form
        let body = Array(SigV4Signer.query(fields).utf8)
        var headers = [(name: "Content-Type", value: "application/x-www-form-urlencoded")]
        if let signer {
            let toSign = SigV4Request(
                method: "POST",
                host: endpoint.host,
                path: endpoint.pathPrefix + "/",
                headers: headers,
                bodyHash: SHA256.hexadecimalHash(body)
            )
            headers += SigV4Signer(region: region ?? "us-east-1", service: "sts").headers(for: toSign, credentials: signer, at: .now())
        }
        headers.append((name: "Accept", value: "text/xml"))
        let request = HTTPRequest(url: endpoint.base + "/", headers: headers, body: body, timeout: .seconds(5))
        guard let answer = await http.ask(request) else { throw AWSCredentialFailure("STS \(action): no answer") }
        let text = String(decoding: answer.body, as: UTF8.self)
        guard answer.status == 200, let found = Self.credentials(text) else {
            let code = Self.element("Code", text).map { " " + $0.prefix(100) } ?? ""
            throw AWSCredentialFailure("STS \(action) gave no credentials (status \(answer.status)\(code))")
        }
        return found
    }

    private var address: String {
        if let given = settings["AWS_ENDPOINT_URL_STS"] ?? settings["AWS_ENDPOINT_URL"] { return given }
        guard let region else { return "https://sts.amazonaws.com" }
        return "https://sts.\(region).amazonaws.com\(region.hasPrefix("cn-") ? ".cn" : "")"
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
