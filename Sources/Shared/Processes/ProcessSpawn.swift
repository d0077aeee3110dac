import Foundation

/// A program to start by posix_spawn(3), with nothing of this process but the descriptors that are named.
///
/// Foundation's `Process` closes the descriptors that it finds open, one by one, so a child started beside another one may keep the
/// other's pipe or the socket by which its end is noticed; whoever waits for that end then waits for both.
package struct ProcessSpawn: Sendable {
    /// Why a program could not be started.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The program, sought in `PATH` when it has no slash, and its arguments.
    package var words: [String]
    /// nil: this process's.
    package var environment: [String: String]?
    /// Become 0, 1, 2, 3, … of the child, where every other descriptor is closed.
    ///
    /// They stay open here.
    package var descriptors: [CInt]
    /// Makes the child the leader of a session of its own: signals of the terminal do not reach it.
    package var startsSession = false

    package init(_ words: [String], environment: [String: String]? = nil, descriptors: [CInt]) {
        self.words = words
        self.environment = environment
        self.descriptors = descriptors
    }

    /// Starts it and gives its number, to be waited for by ``ProcessEnd/poll(_:)`` or ``ProcessEnd/wait(_:)``.
    ///
    /// The child gets no blocked or ignored signals from this process: a thread's mask would be inherited.
    package func start() throws(Failure) -> pid_t {
        guard let program = words.first else { throw Failure(description: "no program is named") }
        let (sources, copies) = try sourcesAboveTargets()
        defer { for copy in copies { close(copy) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in sources.enumerated() { posix_spawn_file_actions_adddup2(&actions, source, CInt(target)) }
        guard let closeFrom = Self.closeFrom, closeFrom(&actions, CInt(sources.count)) == 0 else {
            throw Failure(description: "this C library cannot close descriptors in a child (glibc 2.34 can)")
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setAttributes(&attributes)
        let variables = (environment ?? ProcessInfo.processInfo.environment).map { "\($0.key)=\($0.value)" }
        var pid: pid_t = 0
        let code = Self.withCStrings(words) { words in
            Self.withCStrings(variables) { variables in posix_spawnp(&pid, program, &actions, &attributes, words, variables) }
        }
        guard code == 0 else { throw Failure(description: "\(program) cannot be started: \(String(cString: strerror(code)))") }
        return pid
    }

    /// The descriptors, with copies of those that a target would overwrite before their turn.
    private func sourcesAboveTargets() throws(Failure) -> (sources: [CInt], copies: [CInt]) {
        var sources = descriptors
        var copies: [CInt] = []
        for (target, source) in descriptors.enumerated() where source < descriptors.count && source != target {
            let copy = fcntl(source, F_DUPFD_CLOEXEC, CInt(descriptors.count))
            guard copy >= 0 else {
                for copy in copies { close(copy) }
                throw Failure(description: "descriptor \(source): \(String(cString: strerror(errno)))")
            }
            sources[target] = copy
            copies.append(copy)
        }
        return (sources, copies)
    }

    private func setAttributes(_ attributes: inout posix_spawnattr_t) {
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        let session = startsSession ? Self.newSession : 0
        posix_spawnattr_setflags(&attributes, Int16(session | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    }

    /// `POSIX_SPAWN_SETSID` of `<spawn.h>`, which is hidden behind `_GNU_SOURCE`.
    private static let newSession: CInt = 0x80

    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt

    /// `posix_spawn_file_actions_addclosefrom_np`, hidden in the same way.
    private static let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map { unsafeBitCast($0, to: CloseFrom.self) }

    private static func withCStrings<Result>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
