import Configuration

/// AWS's own settings by the names that AWS gives them (`AWS_REGION`, `AWS_PROFILE`, …).
struct AWSSettings: Sendable {
    private let lookup: @Sendable (String) -> String?

    /// - Parameter lookup: by the name in capitals.
    init(_ lookup: @escaping @Sendable (String) -> String?) { self.lookup = lookup }

    init(_ reader: ConfigReader) {
        self.init { name in
            reader.string(forKey: ConfigKey(name.lowercased().split(separator: "_").map(String.init)), isSecret: true)
        }
    }

    /// Nil when it is not set or empty.
    subscript(name: String) -> String? {
        lookup(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// That of the environment, else that of the profile in the shared files.
    var region: String? { ownRegion ?? AWSProfiles(self).value("region", self["AWS_PROFILE"] ?? "default") }

    /// That of the environment alone.
    var ownRegion: String? { self["AWS_REGION"] ?? self["AWS_DEFAULT_REGION"] }
}
