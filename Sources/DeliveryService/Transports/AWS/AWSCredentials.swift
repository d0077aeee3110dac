import Model

/// What signs requests to AWS, for as long as it is valid.
struct AWSCredentials: Sendable, Equatable {
    var accessKeyID: String
    var secretAccessKey: String
    /// With temporary credentials.
    var sessionToken: String?
    /// Nil for those that do not expire.
    var expiration: Timestamp?

    init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Timestamp? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken.flatMap { $0.isEmpty ? nil : $0 }
        self.expiration = expiration
    }

    /// Whether less than the time is left.
    func expires(within duration: Duration, at now: Timestamp) -> Bool {
        expiration.map { $0 < now.adding(duration) } ?? false
    }
}

/// Why there are no credentials: names the source and never a secret.
struct AWSCredentialFailure: Error, Sendable, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
