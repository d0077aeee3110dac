import Foundation
import Processes

/// Starts processes in sessions of their own.
///
/// The signal on the parent's death hangs on the *thread* that started the child, so only a thread that lives as long as the
/// process may call ``start(_:)``.
enum ChildProcess {
    static func start(_ command: ChildCommand) throws -> pid_t {
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard null >= 0 else { throw CommandFailure("/dev/null: \(String(cString: strerror(errno)))") }
        defer { close(null) }
        var spawn = ProcessSpawn(
            command.launch(parent: getpid()),
            environment: command.launchEnvironment,
            descriptors: [null, command.log, command.log] + command.sockets.map(\.descriptor)
        )
        spawn.startsSession = true
        do { return try spawn.start() } catch { throw CommandFailure("\(command.executable): \(error)") }
    }
}
