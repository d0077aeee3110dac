import Dispatch
import Foundation
import JSON
import Model

/// Writes each message to a file instead of sending it: the default, for development, demos and tests.
///
/// `<directory>/<tag m>-<attempt>.eml` appears whole or not at all (written aside, then renamed). `<directory>/index.jsonl` gets one line a
/// message: `file`, `to`, `from`, `tags`, `size`, `captured_at`; a line is one append, so several processes may write.
struct CaptureTransport: MailTransport {
    let directory: String
    /// Files are written here, so that no cooperative thread waits for the disk.
    private let queue = DispatchQueue(label: "datamailer.capture", attributes: .concurrent)

    init(directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        self.directory = directory
    }

    var account: String { "capture" }

    func allowedRate() async -> ProviderRate { .unlimited }

    func send(_ message: OutgoingMessage) async -> SendResult {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: capture(message)) }
        }
    }

    private func capture(_ message: OutgoingMessage) -> SendResult {
        let name = (message.tags.map(\.value).joined(separator: "-") + ".eml").replacing("/", with: "_")
        guard name.utf8.count <= 200, !name.hasPrefix("."), name != "index.jsonl" else {
            return .refused(reason: "capture: not a file name: \(name)")
        }
        let path = directory + "/" + name
        let aside = directory + "/." + name + "." + UUID().uuidString
        do {
            try Data(message.bytes).write(to: URL(fileURLWithPath: aside), options: [])
        } catch {
            try? FileManager.default.removeItem(atPath: aside)
            return .notSent(reason: "capture: \(error.localizedDescription)", hold: .account(seconds: 10))
        }
        guard rename(aside, path) == 0 else {
            let code = errno
            try? FileManager.default.removeItem(atPath: aside)
            return .notSent(reason: "capture: \(String(cString: strerror(code)))", hold: .account(seconds: 10))
        }
        // The message is captured; an index line that fails costs only a line.
        appendIndex(name, message)
        return .accepted(messageID: name)
    }

    private func appendIndex(_ name: String, _ message: OutgoingMessage) {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("file")
        writer.string(name)
        writer.key("to")
        writer.string(message.recipient)
        writer.key("from")
        writer.string(message.from)
        writer.key("tags")
        writer.beginObject()
        for tag in message.tags {
            writer.key(tag.name)
            writer.string(tag.value)
        }
        writer.endObject()
        writer.key("size")
        writer.integer(Int64(message.bytes.count))
        writer.key("captured_at")
        writer.string(Timestamp.now().iso8601)
        writer.endObject()
        let line = writer.bytes + [UInt8(ascii: "\n")]
        let descriptor = open(directory + "/index.jsonl", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    }
}
