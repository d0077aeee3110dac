import ServiceRuntime

/// The environment of each service that `up` starts: its own login, and neither the owner's nor another service's (DESIGN section 1).
struct ServiceVariables: Sendable {
    /// What all of them get, and the owner's URL.
    var shared: [String: String]

    func variables(for name: ServiceName) throws -> [String: String] {
        var all = shared.filter { !Self.isLogin($0.key) }
        for suffix in Self.ownSuffixes {
            let key = "DATAMAILER_\(name.rawValue.uppercased())_\(suffix)"
            all[key] = shared[key]
        }
        let key = "DATAMAILER_\(name.rawValue.uppercased())_DATABASE_URL"
        if (all[key] ?? "").isEmpty {
            all[key] = try DatabaseAddress(shared["DATAMAILER_DATABASE_URL"] ?? "").connectionString(role: name.databaseRole)
        }
        return all
    }

    private static let ownSuffixes = ["DATABASE_URL", "DATABASE_DIRECT_URL", "DATABASE_PASSWORD_FILE"]

    private static func isLogin(_ key: String) -> Bool {
        guard key.hasPrefix("DATAMAILER_") else { return false }
        return key.hasSuffix("_MIGRATION_URL") || ownSuffixes.contains { key.hasSuffix($0) }
    }
}
