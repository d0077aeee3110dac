import Foundation

/// The profiles of `~/.aws/credentials` and `~/.aws/config`, moved by `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE`.
///
/// Read again each time, so that rotated keys are followed.
struct AWSProfiles: Sendable {
    private let credentials: AWSProfileFile?
    private let config: AWSProfileFile?

    init(_ settings: AWSSettings) {
        func file(_ setting: String, _ name: String) -> AWSProfileFile? {
            let home = settings["HOME"] ?? NSHomeDirectory()
            let path = settings[setting] ?? "\(home)/.aws/\(name)"
            return (try? String(contentsOfFile: path, encoding: .utf8)).map { AWSProfileFile($0) }
        }
        credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        config = file("AWS_CONFIG_FILE", "config")
    }

    func has(_ profile: String) -> Bool {
        credentials?.hasSection(profile) == true || config?.hasSection(Self.section(profile)) == true
    }

    /// A setting of a profile, the credentials file first; nil when it is not there or empty.
    func value(_ name: String, _ profile: String) -> String? {
        let found = credentials?.value(name, section: profile) ?? config?.value(name, section: Self.section(profile))
        return found.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The keys that stand in a profile itself.
    func keys(_ profile: String) -> AWSCredentials? {
        credentials?.credentials(section: profile) ?? config?.credentials(section: Self.section(profile))
    }

    /// What the config file calls a profile.
    private static func section(_ profile: String) -> String { profile == "default" ? profile : "profile \(profile)" }
}
