import Foundation
import Logging
import Model

/// Writes one JSON object a line to stderr, which systemd's journal and the log files of `datamailer up` keep.
///
/// Whatever looks like an address is masked: no log may hold a recipient's address (DESIGN, STYLE rule 46).
struct ConsoleLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    var metadataProvider: Logger.MetadataProvider?
    private let service: String

    init(service: String, level: Logger.Level) {
        self.service = service
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let given = event.metadata { all.merge(given) { _, new in new } }
        let line = LogLine(time: .now(), level: event.level, service: service, message: event.message.description, metadata: all)
        FileHandle.standardError.write(Data(line.bytes))
    }
}
