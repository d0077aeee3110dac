import Configuration
import Foundation

/// Where a service logs in (DESIGN section 1): its own URL, else the owner's server as its own role; the owner's login is for `migrate` and
/// `up` alone.
package struct DatabaseSettings: Sendable, Equatable {
    package var connectionString: String
    /// Past a pooler, for what belongs to a session; nil where ``connectionString`` leads to the server itself.
    package var directConnectionString: String?
    package var passwordFile: String?
    package var maximumConnections: Int
    package var usesPreparedStatements: Bool

    package init(_ reader: ConfigReader, for name: ServiceName) throws {
        if let own = reader.string(forKey: ConfigKey("datamailer.\(name.rawValue).database.url"), isSecret: true), !own.isEmpty {
            connectionString = own
        } else if let owner = reader.string(forKey: "datamailer.database.url", isSecret: true), !owner.isEmpty {
            connectionString = try DatabaseAddress(owner).connectionString(role: name.databaseRole)
        } else {
            throw StartFailure(
                "DATAMAILER_\(name.rawValue.uppercased())_DATABASE_URL is not set: where \(name.databaseRole) logs in, for example "
                    + "postgresql://\(name.databaseRole)@/datamailer?host=/run/postgresql"
            )
        }
        directConnectionString = reader.string(forKey: ConfigKey("datamailer.\(name.rawValue).database.direct.url"), isSecret: true)
            .flatMap { $0.isEmpty ? nil : $0 }
        passwordFile = Self.passwordFile(reader, for: name)
        maximumConnections = reader.int(forKey: ConfigKey("datamailer.\(name.rawValue).database.connections"), default: 8)
        guard (2...500).contains(maximumConnections) else {
            throw StartFailure("DATAMAILER_\(name.rawValue.uppercased())_DATABASE_CONNECTIONS must be 2 to 500")
        }
        usesPreparedStatements = try RuntimeConfiguration.flag(reader, "datamailer.database.prepared.statements") ?? true
    }

    /// The configured file, else systemd's credential `<service>-database-password` when there is one.
    private static func passwordFile(_ reader: ConfigReader, for name: ServiceName) -> String? {
        if let path = reader.string(forKey: ConfigKey("datamailer.\(name.rawValue).database.password.file")), !path.isEmpty { return path }
        guard let directory = reader.string(forKey: "credentials.directory"), !directory.isEmpty else { return nil }
        let path = "\(directory)/\(name.rawValue)-database-password"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}
