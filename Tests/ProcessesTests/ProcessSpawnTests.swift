import Foundation
import Processes
import TestSupport
import Testing

@Suite("Children by posix_spawn", .timeLimit(.minutes(1)))
struct ProcessSpawnTests {
    /// Runs a shell with these descriptors; what it writes to descriptor 1 is read.
    private func shell(_ script: String, environment: [String: String]? = nil, more: [CInt] = []) throws -> (text: String, end: ProcessEnd) {
        let output = try OwnPipe()
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let pid = try ProcessSpawn(["sh", "-c", script], environment: environment, descriptors: [null, output.writing, null] + more).start()
        close(output.writing)
        let text = try FileHandle(fileDescriptor: output.reading, closeOnDealloc: true).readToEnd() ?? Data()
        return (String(decoding: text, as: UTF8.self), ProcessEnd.wait(pid))
    }

    @Test("a child has the descriptors that are named and no other, however many are open here")
    func descriptors() throws {
        let leaks = (0..<20).map { _ in open("/dev/null", O_RDONLY) }
        defer { for leak in leaks { close(leak) } }
        let (text, end) = try shell("ls /proc/$$/fd")
        #expect(text == "0\n1\n2\n" && end.isSuccess)
    }

    @Test("descriptors come in the order of their names, also where one stands in the place of another")
    func order() throws {
        // The lowest free numbers here are those of the child's targets, or near them.
        let pipes = try (0..<4).map { _ in try OwnPipe() }
        defer { for pipe in pipes { for end in [pipe.reading, pipe.writing] { close(end) } } }
        let more = pipes.map(\.writing).sorted(by: >)
        let (_, end) = try shell("for n in 3 4 5 6; do eval \"printf $n >&$n\"; done", more: more)
        #expect(end.isSuccess)
        for (index, writing) in more.enumerated() {
            let pipe = try #require(pipes.first { $0.writing == writing })
            var byte: UInt8 = 0
            #expect(read(pipe.reading, &byte, 1) == 1 && byte == UInt8(ascii: "3") + UInt8(index))
        }
    }

    @Test("a child has no blocked or ignored signals from here")
    func signals() throws {
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGUSR1)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        #expect(try shell("kill -USR1 $$; exit 0").end == .signalled(SIGUSR1))
    }

    @Test("an environment replaces this process's; without one it has this process's")
    func environment() throws {
        #expect(try shell("printf %s \"$A-$HOME\"", environment: ["A": "ä", "PATH": "/usr/bin:/bin"]).text == "ä-")
        #expect(try shell("printf %s \"$PATH\"").text == ProcessInfo.processInfo.environment["PATH"])
    }

    @Test("a program that is not there is an error that names it; an end is seen as it was")
    func ends() throws {
        #expect(throws: ProcessSpawn.Failure.self) { try ProcessSpawn(["/nonexistent/program"], descriptors: []).start() }
        #expect(throws: ProcessSpawn.Failure.self) { try ProcessSpawn([], descriptors: []).start() }
        #expect(try shell("exit 7").end == .exited(7))
        #expect(try shell("kill -9 $$").end == .signalled(9))
    }

    @Test("one child's end is seen while another one lives that was started beside it")
    func beside() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let process = try TestProcess(["/bin/cat"])
                    #expect(try await process.finish().isSuccess)
                }
            }
            try await group.waitForAll()
        }
    }
}
