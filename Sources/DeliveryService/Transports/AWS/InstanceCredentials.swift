import HTTPTransport

/// The metadata service of an EC2 instance, version 2 only; nothing there, or no answer within a second, means there is none.
struct InstanceCredentials: AWSCredentialSource {
    let settings: AWSSettings
    let http: HTTPTransport

    func load() async throws(AWSCredentialFailure) -> AWSCredentials? {
        guard settings["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
        var base = settings["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
        while base.hasSuffix("/") { base.removeLast() }
        guard let token = await token(base) else { return nil }
        let path = base + "/latest/meta-data/iam/security-credentials/"
        let roles = await get(path, token)
        guard let roles, roles.status == 200, let role = String(validating: roles.body, as: UTF8.self)?.split(separator: "\n").first else {
            return nil
        }
        let answer = await get(path + AWSEncoding.encode(String(role)), token)
        guard let answer, answer.status == 200, let found = AWSCredentials(serviceAnswer: answer.body) else {
            throw AWSCredentialFailure("the instance's metadata service gave no credentials (status \(answer?.status ?? 0))")
        }
        return found
    }

    private func token(_ base: String) async -> String? {
        let request = HTTPRequest(
            method: "PUT",
            url: base + "/latest/api/token",
            headers: [(name: "X-aws-ec2-metadata-token-ttl-seconds", value: "300")],
            timeout: .seconds(1)
        )
        guard let answer = await http.ask(request), answer.status == 200 else { return nil }
        return String(validating: answer.body, as: UTF8.self).flatMap { $0.isEmpty ? nil : $0 }
    }

    private func get(_ url: String, _ token: String) async -> HTTPResponse? {
        let headers = [(name: "X-aws-ec2-metadata-token", value: token)]
        return await http.ask(HTTPRequest(method: "GET", url: url, headers: headers, timeout: .seconds(1)))
    }
}
