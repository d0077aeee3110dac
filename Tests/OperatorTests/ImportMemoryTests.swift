import Contracts
import Foundation
import JSONRPC
import Logging
import Model
import Synchronization
import TestSupport
import Testing

@testable import Operator

@Suite("Memory of the import command")
struct ImportMemoryTests {
    /// What the command needed at most, seen while it waits for its last page.
    private func peak(megabytes: Int) async throws -> Int {
        try await TestFolder.with { folder in
            let file = folder + "/people.csv"
            _ = FileManager.default.createFile(atPath: file, contents: Data("email,note\n".utf8))
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.seekToEnd()
            let row = "a@example.com," + String(repeating: "x", count: 985) + "\n"
            let block = Data(String(repeating: row, count: 1_000).utf8)
            for _ in 0..<megabytes { try handle.write(contentsOf: block) }
            try handle.close()
            return try await serving(folder) { seen in
                let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
                let command = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("datamailer").path
                let words = [command, "contacts", "import", file, "--audience", "a", "--client", "c", "--state", folder, "--json"]
                try await TestProcess.run(words)
                return seen.withLock { $0 }
            }
        }
    }

    /// An Audience that takes every page, and looks at the memory of whoever sends it.
    private func serving(_ folder: String, _ body: (SharedPeak) async throws -> Int) async throws -> Int {
        let seen = SharedPeak()
        var methods = RPCMethodTable()
        let client = ClientIdentity(
            organizationID: OrganizationID(1),
            organizationSlug: "o",
            clientID: ClientID(1),
            clientSlug: "c",
            clientName: "C"
        )
        methods.on(ResolveClient.self) { _, _ in AuthenticatedClient(client: client) }
        methods.on(ResolveAudience.self) { _, _ in ResolvedAudience(audienceID: AudienceID(1), slug: "a", name: "A") }
        methods.on(BeginImport.self) { _, _ in
            ImportState(jobID: ImportJobID(1), nextSequence: 0, finished: false, counts: ImportCounts())
        }
        methods.on(ImportPage.self) { page, _ in
            if page.isLast { seen.look() }
            return ImportPageResult(counts: ImportCounts(), faults: [], results: [])
        }
        try FileManager.default.createDirectory(atPath: folder + "/run", withIntermediateDirectories: true)
        let server = RPCServer(
            methods: methods,
            addresses: [.unix(path: folder + "/run/audience.sock")],
            title: "test",
            identify: { peer in
                seen.peer(peer?.processID)
                return .operator
            },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        _ = try await server.bind()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { server.beginDraining() }
            return try await body(seen)
        }
    }

    /// The peer's process and its `VmHWM` (proc(5)).
    private final class SharedPeak: Sendable {
        private let state = Mutex((process: pid_t(0), bytes: 0))

        func peer(_ process: pid_t?) { state.withLock { $0.process = process ?? 0 } }

        func look() {
            let process = state.withLock { $0.process }
            let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
            state.withLock { $0.bytes = max($0.bytes, kilobytes << 10) }
        }

        func withLock<Value>(_ body: (Int) -> Value) -> Value { state.withLock { body($0.bytes) } }
    }

    @Test("it does not grow with the file (I10)", .timeLimit(.minutes(3)))
    func flat() async throws {
        let small = try await peak(megabytes: 8)
        let large = try await peak(megabytes: 40)
        #expect(small > 0)
        #expect(large - small < 16 << 20, "8 MB: \(small >> 10) KiB, 40 MB: \(large >> 10) KiB")
    }
}
