import Foundation

/// `~/.aws/credentials` and then `~/.aws/config`, moved by `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE`; the profile is `AWS_PROFILE`.
///
/// Read again at each refresh, so that rotated keys are followed.
struct SharedFileCredentials: AWSCredentialSource {
    let settings: AWSSettings

    func load() async throws(AWSCredentialFailure) -> AWSCredentials? {
        let profile = settings["AWS_PROFILE"] ?? "default"
        let credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        if let found = credentials?.credentials(section: profile) { return found }
        let config = file("AWS_CONFIG_FILE", "config")
        let section = profile == "default" ? profile : "profile \(profile)"
        if let found = config?.credentials(section: section) { return found }
        guard settings["AWS_PROFILE"] != nil else { return nil }
        throw AWSCredentialFailure("AWS_PROFILE: the profile \(profile) has no keys in the shared files")
    }

    private func file(_ setting: String, _ name: String) -> AWSProfileFile? {
        let home = settings["HOME"] ?? NSHomeDirectory()
        let path = settings[setting] ?? "\(home)/.aws/\(name)"
        return (try? String(contentsOfFile: path, encoding: .utf8)).map { AWSProfileFile($0) }
    }
}
