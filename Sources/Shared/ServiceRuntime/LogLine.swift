import JSON
import Logging
import Model

/// One line of the log as JSON text with its line end.
struct LogLine {
    let bytes: [UInt8]

    init(time: Timestamp, level: Logger.Level, service: String, message: String, metadata: Logger.Metadata) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("time")
        writer.string(time.iso8601)
        writer.key("level")
        writer.string(level.rawValue)
        writer.key("service")
        writer.string(service)
        writer.key("message")
        writer.string(Self.masked(message))
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            writer.key(key)
            writer.string(Self.masked(value.description))
        }
        writer.endObject()
        bytes = writer.bytes + [UInt8(ascii: "\n")]
    }

    /// The text with `…@…` in the place of each word that holds an at sign.
    static func masked(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "@")) else { return text }
        return text.split(separator: " ", omittingEmptySubsequences: false)
            .map { $0.utf8.contains(UInt8(ascii: "@")) ? "…@…" : String($0) }
            .joined(separator: " ")
    }
}
