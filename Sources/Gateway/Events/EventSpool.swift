import Contracts
import Dispatch
import Foundation
import JSON
import JSONRPC
import Logging
import Synchronization

/// Events on disk while Tracking or Postgres is away: JSON lines, flushed (fsync) before the answer, replayed later.
///
/// A file is deleted when Tracking has all its events; an event that is replayed twice is stored once, by its id.
final class EventSpool: Sendable {
    let directory: String
    private let file: SpoolFile
    private let logger: Logger
    /// The files that a task of this process is replaying.
    private let replaying = Mutex<Set<String>>([])
    /// All file work happens here, one at a time.
    private let queue = DispatchQueue(label: "datamailer.spool")

    init(directory: String, logger: Logger) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        self.directory = directory
        file = SpoolFile(directory: directory)
        self.logger = logger
    }

    /// Writes events and flushes them; false when the disk does not take them.
    func append(_ events: [TrackingEvent]) async -> Bool {
        var writer = JSONWriter(reservingCapacity: events.count * 256)
        guard (try? RecordEvents(events: events).write(to: &writer)) != nil else { return false }
        let line = writer.bytes + [UInt8(ascii: "\n")]
        return await onQueue { self.file.append(line) }
    }

    /// False as well when the directory cannot be read: something may be in it.
    var isEmpty: Bool {
        get async { await onQueue { (try? self.file.names().isEmpty) ?? false } }
    }

    /// Where the lines are that Tracking refused for good.
    var refusedFile: String { file.refused }

    /// How many lines wait for Tracking, and how many it refused for good; a file that cannot be read counts as one.
    func counts() async -> (waiting: Int, refused: Int) {
        await onQueue {
            let names = (try? self.file.names()) ?? []
            return (names.map { self.lineCount(self.directory + "/" + $0) }.reduce(0, +), self.lineCount(self.refusedFile))
        }
    }

    private func lineCount(_ path: String) -> Int {
        do { return try file.read(path).map { Self.lines($0).count } ?? 0 } catch { return 1 }
    }

    /// Sends every spooled line to Tracking and deletes what it has.
    ///
    /// Throws when Tracking is still away. A file that cannot be read stays and holds up no other; the fault is thrown at the end. A file
    /// that another task is at is left to it.
    func replay(to tracking: any RPCCaller) async throws {
        var fault: SpoolFault?
        for name in try await onQueue({ Result { try self.file.names() } }).get() {
            do {
                try await replay(file: name, to: tracking)
            } catch let found as SpoolFault {
                fault = found
            }
        }
        if let fault { throw fault }
    }

    private func replay(file name: String, to tracking: any RPCCaller) async throws {
        guard let path = try await onQueue({ Result { try self.file.take(name) } }).get(), replaying.withLock({ $0.insert(path).inserted })
        else { return }
        defer { replaying.withLock { _ = $0.remove(path) } }
        guard let bytes = try await onQueue({ Result { try self.file.read(path) } }).get() else { return }
        for line in Self.lines(bytes) { try await replay(Array(line), to: tracking) }
        _ = await onQueue { unlink(path) }
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "\n")) }

    private func replay(_ line: [UInt8], to tracking: any RPCCaller) async throws {
        guard let call = try? RecordEvents.read(line[...]) else {
            // A line that was cut by a crash was never acknowledged.
            logger.warning("a spooled line is not complete and is left out")
            return
        }
        do {
            _ = try await tracking.call(call)
        } catch {
            guard case .refused(let code, let message) = error, Self.isForGood(code) else { throw error }
            // It would be refused for ever and hold up all that stand behind it; a person may look at it.
            logger.error("Tracking refuses spooled events; they are kept in refused.jsonl", metadata: ["error": "\(message)"])
            // What is kept neither here nor there would be lost: the file stays until it is.
            try await onQueue { Result { try self.file.setAside(line) } }.get()
        }
    }

    /// What the server says of the call itself, not of its own state (JSON-RPC 2.0 section 5.1).
    private static func isForGood(_ code: Int) -> Bool { code == -32_600 || code == -32_602 || code == -32_700 }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }
}
