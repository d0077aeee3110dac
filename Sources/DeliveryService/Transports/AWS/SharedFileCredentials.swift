import HTTPTransport

/// The profile `AWS_PROFILE` of the shared files: its own keys, or those of the role that it names.
///
/// A role (`role_arn`) is assumed with the credentials of `source_profile`, which may name a role itself, or of `credential_source`.
struct SharedFileCredentials: AWSCredentialSource {
    let settings: AWSSettings
    let http: HTTPTransport

    func load() async throws(AWSCredentialFailure) -> AWSCredentials? {
        let profile = settings["AWS_PROFILE"] ?? "default"
        if let found = try await credentials(profile, AWSProfiles(settings), []) { return found }
        guard settings["AWS_PROFILE"] != nil else { return nil }
        throw AWSCredentialFailure("AWS_PROFILE: the profile \(profile) has neither keys nor a role in the shared files")
    }

    /// - Parameter asked: profiles whose roles wait for this one.
    private func credentials(
        _ profile: String,
        _ profiles: AWSProfiles,
        _ asked: [String]
    ) async throws(AWSCredentialFailure) -> AWSCredentials? {
        guard let role = profiles.value("role_arn", profile) else { return profiles.keys(profile) }
        let source = try await source(profile, profiles, asked)
        if profiles.value("mfa_serial", profile) != nil {
            throw AWSCredentialFailure("the profile \(profile): a service cannot give the code that mfa_serial asks for")
        }
        var form = [(name: "RoleArn", value: role), (name: "RoleSessionName", value: profiles.value("role_session_name", profile) ?? "datamailer")]
        if let id = profiles.value("external_id", profile) { form.append((name: "ExternalId", value: id)) }
        if let seconds = profiles.value("duration_seconds", profile) { form.append((name: "DurationSeconds", value: seconds)) }
        let region = settings.ownRegion ?? profiles.value("region", profile)
        let client = STSClient(settings: settings, region: region, http: http)
        return try await client.credentials("AssumeRole", form, signedWith: source)
    }

    /// Who assumes the role of a profile.
    private func source(
        _ profile: String,
        _ profiles: AWSProfiles,
        _ asked: [String]
    ) async throws(AWSCredentialFailure) -> AWSCredentials {
        switch (profiles.value("source_profile", profile), profiles.value("credential_source", profile)) {
        case (let other?, nil):
            guard other != profile else {
                guard let keys = profiles.keys(profile) else { throw Self.failure(profile, "it is its own source_profile, and has no keys") }
                return keys
            }
            guard !asked.contains(other) else { throw Self.failure(profile, "the profiles name each other as source_profile") }
            guard profiles.has(other) else { throw Self.failure(profile, "there is no source_profile \(other)") }
            guard let found = try await credentials(other, profiles, asked + [profile]) else {
                throw Self.failure(profile, "the source_profile \(other) has no keys")
            }
            return found
        case (nil, let name?):
            guard let place = place(name) else {
                throw Self.failure(profile, "credential_source is none of Environment, EcsContainer and Ec2InstanceMetadata")
            }
            guard let found = try await place.load() else { throw Self.failure(profile, "credential_source \(name) has no credentials") }
            return found
        case (nil, nil): throw Self.failure(profile, "role_arn needs a source_profile or a credential_source")
        case (_?, _?): throw Self.failure(profile, "source_profile and credential_source exclude each other")
        }
    }

    private func place(_ name: String) -> (any AWSCredentialSource)? {
        switch name.lowercased() {
        case "environment": EnvironmentCredentials(settings: settings)
        case "ecscontainer": ContainerCredentials(settings: settings, http: http)
        case "ec2instancemetadata": InstanceCredentials(settings: settings, http: http)
        default: nil
        }
    }

    private static func failure(_ profile: String, _ reason: String) -> AWSCredentialFailure {
        AWSCredentialFailure("the profile \(profile): \(reason)")
    }
}
