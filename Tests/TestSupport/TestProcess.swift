import Foundation
import Processes
import Synchronization

/// A program of a test.
///
/// It is told to end by the end of its standard input, so it ends with this process, however that ends.
package final class TestProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let pid: pid_t
    private let name: String
    private let output: String
    private let leash: Mutex<CInt?>
    private let end = Mutex<ProcessEnd?>(nil)

    package init(_ words: [String], environment: [String: String]? = nil) throws {
        name = words.joined(separator: " ")
        output = FileManager.default.temporaryDirectory.path + "/datamailer-\(UUID().uuidString).out"
        let input = try OwnPipe()
        let file = open(output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        leash = Mutex(input.writing)
        defer {
            close(input.reading)
            close(file)
        }
        pid = try ProcessSpawn(words, environment: environment, descriptors: [input.reading, file, 2]).start()
    }

    deinit {
        letGo()
        if end.withLock({ $0 }) == nil { kill(pid, SIGTERM) }
        unlink(output)
    }

    /// What it has printed.
    package var printed: Data { FileManager.default.contents(atPath: output) ?? Data() }

    /// Waits for the first line that it prints.
    package func firstLine(within limit: Duration = .seconds(60)) async throws -> String {
        try await waiting("a line", limit) {
            let ended = ended != nil
            let text = String(decoding: printed, as: UTF8.self)
            if let end = text.firstIndex(of: "\n") { return String(text[..<end]) }
            if ended { throw Failure(description: "\(name) ended without a line") }
            return nil
        }
    }

    /// Closes its input and waits for its end; one that does not end is killed, and the test fails.
    @discardableResult
    package func finish(within limit: Duration = .seconds(60)) async throws -> ProcessEnd {
        letGo()
        do { return try await waiting("its end", limit) { ended } } catch {
            kill(pid, SIGKILL)
            throw error
        }
    }

    /// Runs a program to its end; gives what it printed.
    @discardableResult
    package static func run(_ words: [String], environment: [String: String]? = nil, within limit: Duration = .seconds(60)) async throws -> Data {
        let process = try TestProcess(words, environment: environment)
        let end = try await process.finish(within: limit)
        guard end.isSuccess else { throw Failure(description: "\(process.name): \(end)") }
        return process.printed
    }

    private func letGo() {
        leash.withLock { leash in
            if let open = leash { close(open) }
            leash = nil
        }
    }

    private var ended: ProcessEnd? {
        end.withLock { end in
            if end == nil { end = ProcessEnd.poll(pid) }
            return end
        }
    }

    private func waiting<T>(_ what: String, _ limit: Duration, _ probe: () throws -> T?) async throws -> T {
        let deadline = ContinuousClock.now + limit
        while true {
            if let answer = try probe() { return answer }
            guard ContinuousClock.now < deadline else { throw Failure(description: "\(name): \(what) did not come within \(limit)") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
