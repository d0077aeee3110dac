import Foundation
@testable import Operator
import Processes
import ServiceRuntime
import Synchronization
import Testing

@Suite("Supervisor, with real processes", .timeLimit(.minutes(1)))
struct SupervisorTests {
    private func null() throws -> CInt {
        let descriptor = open("/dev/null", O_WRONLY | O_CLOEXEC)
        try #require(descriptor >= 0)
        return descriptor
    }

    private func shell(_ script: String, _ name: String, stage: Int = 0, endLimit: Duration = .seconds(20)) throws -> SupervisedUnit {
        let command = ChildCommand(
            executable: "/bin/sh",
            arguments: ["-c", script],
            environment: ["PATH": "/usr/bin:/bin"],
            log: try null()
        )
        return SupervisedUnit(name: name, command: command, stage: stage, endLimit: endLimit, isOnDemand: false)
    }

    @Test("each connection finds a service, which gets its socket and nothing else of ours")
    func onDemand() async throws {
        try await TestFolder.with { folder in
            let supervisor = try Supervisor { _ in }
            supervisor.start()
            let socket = try ListeningSocket.unix(path: folder + "/s.sock")
            // Answers one connection and leaves, so that every connection needs a start.
            let program = """
                import os, socket
                here = sorted(int(n) for n in os.listdir('/proc/self/fd'))[:-1]
                c, _ = socket.socket(fileno=3).accept()
                e = os.environ
                c.sendall(f"{e['LISTEN_FDS']} {e['LISTEN_FDNAMES']} {e['LISTEN_PID'] == str(os.getpid())} {here} {os.getsid(0) == os.getpid()}".encode())
                """
            var command = ChildCommand(
                executable: "/usr/bin/python3",
                arguments: ["-c", program],
                environment: ["LISTEN_PID": "1", "NOTIFY_SOCKET": "/nowhere"],
                log: try null()
            )
            command.sockets = [("audience-rpc", socket.descriptor)]
            supervisor.add(SupervisedUnit(name: "audience", command: command, stage: 0, endLimit: .seconds(20)))
            for _ in 0..<5 {
                #expect(try await TestSocket.read(path: folder + "/s.sock") == "1 audience-rpc True [0, 1, 2, 3] True")
            }
            await supervisor.stop()
            close(socket.descriptor)
        }
    }

    @Test("who fails is started again though nobody asks")
    func restart() async throws {
        let failures = Mutex(0)
        let signal = WakeSignal()
        let supervisor = try Supervisor { _ in
            failures.withLock { $0 += 1 }
            signal.wake()
        }
        supervisor.start()
        supervisor.add(try shell("exit 3", "broken"))
        while failures.withLock({ $0 }) < 3 { await signal.wait() }
        await supervisor.stop()
    }

    @Test("the end goes stage after stage; who does not obey is killed at its limit")
    func stages() async throws {
        try await TestFolder.with { folder in
            let supervisor = try Supervisor { _ in }
            supervisor.start()
            func obedient(_ name: String) -> String {
                "trap 'echo \(name) >> \(folder)/order; exit 0' TERM; echo \(name) > \(folder)/up-\(name); while :; do sleep 0.02; done"
            }
            supervisor.add(try shell(obedient("third"), "third", stage: 2))
            supervisor.add(try shell(obedient("first"), "first", stage: 0))
            supervisor.add(
                try shell(
                    "trap '' TERM; echo > \(folder)/up-deaf; while :; do sleep 0.02; done",
                    "deaf",
                    stage: 1,
                    endLimit: .milliseconds(300)
                )
            )
            for name in ["first", "deaf", "third"] { await TestFolder.waitForFile("\(folder)/up-\(name)") }
            let start = ContinuousClock.now
            await supervisor.stop()
            #expect(start.duration(to: .now) >= .milliseconds(300))
            #expect(try String(contentsOfFile: folder + "/order", encoding: .utf8) == "first\nthird\n")
        }
    }

    @Test("a process that runs to its end says how")
    func once() async throws {
        let supervisor = try Supervisor { _ in }
        supervisor.start()
        let log = try null()
        func run(_ script: String) async throws -> ProcessEnd {
            try await supervisor.run(ChildCommand(executable: "/bin/sh", arguments: ["-c", script], environment: [:], log: log))
        }
        #expect(try await run("exit 4") == .exited(4))
        #expect(try await run("kill -9 $$") == .signalled(9))
        await supervisor.stop()
    }

    @Test("a child does not start for a parent that is gone")
    func orphan() throws {
        let words = ChildCommand(executable: "/bin/true", environment: [:], log: 1).launch(parent: 1)
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let pid = try ProcessSpawn(words, descriptors: [null, null, null]).start()
        #expect(ProcessEnd.wait(pid) == .exited(125))
    }
}
