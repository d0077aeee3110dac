import Foundation
import Logging

/// The logger of the command: warnings to stderr, more when `DATAMAILER_LOG_LEVEL` asks for it.
enum CommandLogger {
    static func make() -> Logger {
        var logger = Logger(label: "datamailer") { StreamLogHandler.standardError(label: $0) }
        let name = ProcessInfo.processInfo.environment["DATAMAILER_LOG_LEVEL"]
        logger.logLevel = name.flatMap { Logger.Level(rawValue: $0.lowercased()) }.map { max($0, .trace) } ?? .warning
        return logger
    }
}
