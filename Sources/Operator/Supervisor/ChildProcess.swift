import Foundation

/// Starts processes in sessions of their own.
///
/// The signal on the parent's death hangs on the *thread* that started the child, so only a thread that lives as long as the
/// process may call ``start(_:)``.
enum ChildProcess {
    /// `POSIX_SPAWN_SETSID` of `<spawn.h>`, which is hidden behind `_GNU_SOURCE`.
    private static let newSession: CInt = 0x80

    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, CInt) -> CInt

    /// `posix_spawn_file_actions_addclosefrom_np`, hidden in the same way.
    private static let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np").map { unsafeBitCast($0, to: CloseFrom.self) }

    static func start(_ command: ChildCommand) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, command.log, 1)
        posix_spawn_file_actions_adddup2(&actions, command.log, 2)
        for (index, socket) in command.sockets.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, socket.descriptor, 3 + CInt(index))
        }
        // SwiftNIO's sockets are not closed on exec: a child that kept one would keep its connection open.
        guard let closeFrom = Self.closeFrom, closeFrom(&actions, 3 + CInt(command.sockets.count)) == 0 else {
            throw CommandFailure("this C library cannot close descriptors in a child (glibc 2.34 can)")
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = Self.newSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))

        let words = command.launch(parent: getpid())
        let variables = command.launchEnvironment.map { "\($0.key)=\($0.value)" }
        var pid: pid_t = 0
        let code = withCStrings(words) { words in
            withCStrings(variables) { variables in posix_spawn(&pid, ChildCommand.launcher, &actions, &attributes, words, variables) }
        }
        guard code == 0 else { throw CommandFailure("\(command.executable) cannot be started: \(String(cString: strerror(code)))") }
        return pid
    }

    /// How a child ended, when it has.
    static func ended(_ pid: pid_t) -> ChildEnd? {
        var status: CInt = 0
        let result = waitpid(pid, &status, WNOHANG)
        if result == pid { return ChildEnd(waitStatus: status) }
        return result < 0 && errno == ECHILD ? .exited(255) : nil
    }

    private static func withCStrings<Result>(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}

/// How a process ended.
enum ChildEnd: Sendable, Equatable {
    case exited(Int32)
    case signalled(Int32)

    init(waitStatus: CInt) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .exited((waitStatus >> 8) & 0xFF) : .signalled(signal)
    }

    var isSuccess: Bool { self == .exited(0) }
}
