import Foundation
import ServiceLifecycle
import Systemd

/// Tells the service manager that the service is ready, alive, and ending.
///
/// The kernel's alarm ends a process that is asked to stop and does not: its exit is bounded whatever hangs.
struct ManagerNotice: Service {
    var name: ServiceName
    var hardLimit: UInt32

    func run() async throws {
        let notifier = SystemdNotifier()
        notifier.sendReady(status: "serving")
        await withGracefulShutdownHandler {
            let interval = notifier.watchdogInterval ?? .seconds(3_600)
            try? await cancelWhenGracefulShutdown {
                while true {
                    notifier.sendWatchdog()
                    try await Task.sleep(for: interval)
                }
            }
        } onGracefulShutdown: {
            notifier.sendStopping()
            _ = alarm(hardLimit)
        }
    }
}
