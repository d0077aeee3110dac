import Configuration

/// How notifications of the provider are received and checked.
///
/// `DATAMAILER_SNS_TOPICS` names the topics that may notify (ARNs, separated by commas or white space); without any every
/// notification is refused. `AWS_ENDPOINT_URL_SNS` replaces the region's own host as the place where signing certificates are fetched and
/// subscriptions confirmed, and `DATAMAILER_SNS_AUTHORITIES_FILE` (PEM) the system's authorities that their chains must end in: what is
/// checked stays the same.
struct ProviderConfiguration: Sendable {
    var topics: Set<SNSTopic> = []
    /// Without a slash at the end.
    var endpoint: String?
    var authoritiesFile: String?

    init() {}

    init(_ reader: ConfigReader) throws {
        let names = reader.string(forKey: "datamailer.sns.topics", default: "").split { $0 == "," || $0.isWhitespace }
        for name in names {
            guard let topic = SNSTopic(arn: String(name)) else {
                throw GatewayConfiguration.Invalid(description: "DATAMAILER_SNS_TOPICS: \(name) is not the ARN of an SNS topic")
            }
            topics.insert(topic)
        }
        authoritiesFile = reader.string(forKey: "datamailer.sns.authorities.file").flatMap { $0.isEmpty ? nil : $0 }
        guard var url = reader.string(forKey: "aws.endpoint.url.sns").flatMap({ $0.isEmpty ? nil : $0 }) else { return }
        while url.hasSuffix("/") { url.removeLast() }
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.contains(where: { $0.isWhitespace || "?#@".contains($0) }) else {
            throw GatewayConfiguration.Invalid(description: "AWS_ENDPOINT_URL_SNS: must be an http(s) URL")
        }
        endpoint = url
    }
}
