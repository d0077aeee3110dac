import Foundation
import HTTPTransport

/// The credential service of ECS and EKS: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, or `…_FULL_URI` on an address where a secret may be sent.
struct ContainerCredentials: AWSCredentialSource {
    let settings: AWSSettings
    let http: HTTPTransport

    /// Where the token may go without TLS, beside this machine.
    private static let metadataHosts: Set<String> = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]

    func load() async throws(AWSCredentialFailure) -> AWSCredentials? {
        guard let url = try url() else { return nil }
        var headers = [(name: "Accept", value: "application/json")]
        if let token = try token() { headers.append((name: "Authorization", value: token)) }
        let answer = await http.ask(HTTPRequest(method: "GET", url: url, headers: headers, timeout: .seconds(2)))
        guard let answer, answer.status == 200, let found = AWSCredentials(serviceAnswer: answer.body) else {
            throw AWSCredentialFailure("the container's credential service gave none (status \(answer?.status ?? 0))")
        }
        return found
    }

    private func url() throws(AWSCredentialFailure) -> String? {
        if let path = settings["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            guard path.hasPrefix("/") else { throw AWSCredentialFailure("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: must begin with /") }
            return "http://169.254.170.2\(path)"
        }
        guard let full = settings["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
        guard let parts = URLComponents(string: full), let host = parts.host, parts.user == nil else {
            throw AWSCredentialFailure("AWS_CONTAINER_CREDENTIALS_FULL_URI: not a URL")
        }
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let isPlainAllowed = parts.scheme == "http" && (Self.metadataHosts.contains(bare) || Self.isLoopback(bare))
        guard parts.scheme == "https" || isPlainAllowed else {
            throw AWSCredentialFailure("AWS_CONTAINER_CREDENTIALS_FULL_URI: must be https, this machine or a metadata address")
        }
        return full
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return numbers.count == 4 && numbers.first == 127 && !numbers.contains(nil)
    }

    /// Read again each time, because the file's token is replaced.
    private func token() throws(AWSCredentialFailure) -> String? {
        guard let path = settings["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] else {
            return try checked(settings["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
        }
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw AWSCredentialFailure("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: cannot be read")
        }
        return try checked(text.hasSuffix("\n") ? String(text.dropLast()) : text)
    }

    private func checked(_ token: String?) throws(AWSCredentialFailure) -> String? {
        guard let token else { return nil }
        guard token.utf8.allSatisfy({ $0 != 0x0D && $0 != 0x0A }) else {
            throw AWSCredentialFailure("the container's authorization token has a line break")
        }
        return token
    }
}
