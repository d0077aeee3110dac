import Configuration
import Foundation
import Logging
import SystemPackage

/// What the runtime itself reads from the configuration, validated.
package struct RuntimeConfiguration: Sendable, Equatable {
    package var logLevel: Logger.Level
    package var runtimeDirectory: String
    /// How long nothing must happen before the process leaves; nil is never.
    package var idleExit: Duration?
    package var trustsSameUser: Bool
    /// A loopback TCP address to serve RPC on besides the Unix socket.
    package var listen: HostAndPort?
    package var database: DatabaseSettings

    /// - Parameters:
    ///   - isInherited: whether the sockets came from systemd or `datamailer up`: only then somebody starts the service again,
    ///     so only then it leaves by default.
    package init(_ reader: ConfigReader, for name: ServiceName, isInherited: Bool) throws {
        let levelName = reader.string(forKey: "datamailer.log.level", default: "info")
        guard let level = Logger.Level(rawValue: levelName.lowercased()) else {
            throw StartFailure(
                "DATAMAILER_LOG_LEVEL is \"\(levelName)\"; it must be trace, debug, info, notice, warning, error or critical"
            )
        }
        logLevel = level
        runtimeDirectory = RuntimeDirectory.path(configured: reader.string(forKey: "datamailer.runtime.dir"))
        idleExit = try Self.idleExit(reader, isInherited: isInherited)
        trustsSameUser = try Self.flag(reader, "datamailer.trust.same.uid") ?? false
        listen = try Self.loopback(reader, for: name)
        database = try DatabaseSettings(reader, for: name)
    }

    private static func idleExit(_ reader: ConfigReader, isInherited: Bool) throws -> Duration? {
        guard let text = reader.string(forKey: "datamailer.idle.exit.seconds") else { return isInherited ? .seconds(30) : nil }
        guard let seconds = Double(text), seconds >= 0, seconds <= 86_400 * 365 else {
            throw StartFailure("DATAMAILER_IDLE_EXIT_SECONDS is \"\(text)\"; it must be a number of seconds, 0 for never")
        }
        return seconds == 0 ? nil : .milliseconds(Int(seconds * 1_000))
    }

    private static func loopback(_ reader: ConfigReader, for name: ServiceName) throws -> HostAndPort? {
        let key = "DATAMAILER_\(name.rawValue.uppercased())_RPC_LISTEN"
        guard let text = reader.string(forKey: ConfigKey("datamailer.\(name.rawValue).rpc.listen")) else { return nil }
        guard let address = HostAndPort(text) else { throw StartFailure("\(key) is \"\(text)\"; it must be HOST:PORT") }
        guard address.isLoopback else { throw StartFailure("\(key) is \"\(text)\"; without TLS only a loopback address is allowed") }
        return address
    }

    static func flag(_ reader: ConfigReader, _ key: String) throws -> Bool? {
        guard let text = reader.string(forKey: ConfigKey(key)) else { return nil }
        switch text.lowercased() {
        case "1", "true", "yes": return true
        case "0", "false", "no", "": return false
        default:
            throw StartFailure("\(key.uppercased().replacingOccurrences(of: ".", with: "_")) is \"\(text)\"; it must be 1 or 0")
        }
    }
}

extension RuntimeConfiguration {
    /// The environment, then the file that `DATAMAILER_CONFIG_FILE` names (`KEY=value` lines, the same names).
    package static func reader(environment: [String: String] = ProcessInfo.processInfo.environment) async throws -> ConfigReader {
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
        guard let path = environment["DATAMAILER_CONFIG_FILE"], !path.isEmpty else { return ConfigReader(provider: variables) }
        do {
            let file = try await EnvironmentVariablesProvider(environmentFilePath: FilePath(path))
            return ConfigReader(providers: [variables, file])
        } catch {
            throw StartFailure("DATAMAILER_CONFIG_FILE: \(path) cannot be read")
        }
    }
}
