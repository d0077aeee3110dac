import Foundation
@testable import Operator
import ServiceRuntime
import Testing

@Suite("State directory", .timeLimit(.minutes(1)))
struct StateDirectoryTests {
    @Test("a short path keeps its sockets inside; preparing twice is no fault")
    func short() async throws {
        try await TestFolder.with { folder in
            let state = StateDirectory(path: folder + "/state", environment: [:])
            #expect(state.runtime == folder + "/state/run")
            try state.prepare()
            try state.prepare()
            for directory in [state.runtime, state.logs, state.capture, state.spool] {
                var isDirectory: ObjCBool = false
                #expect(FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory) && isDirectory.boolValue)
            }
        }
    }

    @Test("a path too long for a socket has its sockets in a short one, to which run points")
    func long() async throws {
        try await TestFolder.with { folder in
            let path = folder + "/" + String(repeating: "deep/", count: 40) + "state"
            let state = StateDirectory(path: path, environment: ["XDG_RUNTIME_DIR": folder])
            #expect(state.runtime.hasPrefix(folder + "/datamailer-"))
            #expect(UnixAddress(state.runtime + "/postgres/.s.PGSQL.5432") != nil)
            try state.prepare()
            try state.prepare()
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path + "/run") == state.runtime)
            let socket = try ListeningSocket.unix(path: state.runtime + "/audience.sock")
            close(socket.descriptor)
            state.removeShortRuntime()
            #expect(!FileManager.default.fileExists(atPath: state.runtime))
            #expect(StateDirectory(path: path + "2", environment: ["XDG_RUNTIME_DIR": folder]).runtime != state.runtime)
        }
    }

    @Test("a short runtime directory that is a link of somebody's is refused")
    func link() async throws {
        try await TestFolder.with { folder in
            let state = StateDirectory(path: folder + "/" + String(repeating: "deep/", count: 40), environment: ["XDG_RUNTIME_DIR": folder])
            try FileManager.default.createSymbolicLink(atPath: state.runtime, withDestinationPath: "/tmp")
            #expect(throws: CommandFailure.self) { try state.prepare() }
        }
    }

    @Test("a second up on the same directory is told who has it; when the first is gone it may go on")
    func lock() async throws {
        try await TestFolder.with { folder in
            var first: StateLock? = try StateLock(folder + "/lock")
            let failure = #expect(throws: CommandFailure.self) { _ = try StateLock(folder + "/lock") }
            #expect(failure?.description == "datamailer up is already running on this state directory (pid \(getpid()))")
            withExtendedLifetime(first) {}
            first = nil
            _ = try StateLock(folder + "/lock")
        }
    }

    @Test(
        "a stale postmaster.pid is removed, also when its number now belongs to somebody else",
        arguments: ["999999999", "\(getpid())", "nonsense", ""]
    )
    func stalePostmaster(pid: String) async throws {
        try await TestFolder.with { folder in
            try "\(pid)\n\(folder)\n".write(toFile: folder + "/postmaster.pid", atomically: true, encoding: .utf8)
            try await PostmasterFile(dataDirectory: folder).clear()
            #expect(!FileManager.default.fileExists(atPath: folder + "/postmaster.pid"))
        }
    }

    @Test("a socket that a dead process left is replaced")
    func staleSocket() async throws {
        try await TestFolder.with { folder in
            let dead = try ListeningSocket.unix(path: folder + "/s")
            close(dead.descriptor)
            let socket = try ListeningSocket.unix(path: folder + "/s")
            #expect(socket.descriptor >= 64)
            close(socket.descriptor)
        }
    }

    @Test("port 0 takes a free port and says which; a port in use is a clear failure")
    func tcp() throws {
        let socket = try ListeningSocket.tcp(HostAndPort(host: "127.0.0.1", port: 0))
        #expect(socket.port > 0)
        let failure = #expect(throws: CommandFailure.self) {
            _ = try ListeningSocket.tcp(HostAndPort(host: "127.0.0.1", port: socket.port))
        }
        #expect(failure?.description == "cannot listen on 127.0.0.1:\(socket.port): Address already in use")
        close(socket.descriptor)
    }
}
