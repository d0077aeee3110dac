import Foundation
import Logging
import Postgres

/// The whole of a service's `main`: configuration, logger, inherited or own sockets, database and schema check, RPC server, outbox, notify, idle exit.
package enum ServiceMain {
    /// Returns when the process may exit 0; prints a clear line and exits 1 otherwise.
    /// - Parameter migrations: what the schema must be at.
    package static func run(
        _ name: ServiceName,
        migrations: [Migration],
        build: @escaping @Sendable (ServiceEnvironment) async throws -> BuiltService
    ) async {
        do {
            // Before anything else: it changes the environment, which no other thread may read meanwhile.
            let sockets = try ServiceSockets.inherit(for: name)
            let reader = try await RuntimeConfiguration.reader()
            let configuration = try RuntimeConfiguration(reader, for: name, isInherited: sockets.isInherited)
            LoggingSystem.bootstrap { _ in ConsoleLogHandler(service: name.rawValue, level: configuration.logLevel) }
            let process = ServiceProcess(
                name: name,
                configuration: configuration,
                reader: reader,
                sockets: sockets,
                migrations: migrations,
                logger: Logger(label: name.rawValue)
            )
            try await process.run(build)
        } catch {
            fail(name, error)
        }
    }

    private static func fail(_ name: ServiceName, _ error: any Error) -> Never {
        let reason = LogLine.masked("\(error)").replacingOccurrences(of: "\n", with: " ")
        FileHandle.standardError.write(Data("\(name.executableName): \(reason)\n".utf8))
        exit(1)
    }
}
