import Foundation
import Processes

/// What the supervisor's thread does; only that thread touches it.
///
/// Unchecked because it is handed to the thread once, before it starts, and nobody else keeps it.
final class SupervisorLoop: @unchecked Sendable {
    struct Kept {
        var unit: SupervisedUnit
        var state: UnitState
    }

    let wakeDescriptor: CInt
    let report: @Sendable (String) -> Void
    let requests: @Sendable () -> [Supervisor.Request]
    var kept: [Kept] = []
    var once: [(pid: pid_t, done: @Sendable (Result<ProcessEnd, any Error>) -> Void)] = []
    var ending: StagedEnd?

    init(wakeDescriptor: CInt, report: @escaping @Sendable (String) -> Void, requests: @escaping @Sendable () -> [Supervisor.Request]) {
        self.wakeDescriptor = wakeDescriptor
        self.report = report
        self.requests = requests
    }

    func run() {
        while true {
            for request in requests() { take(request) }
            reap()
            startDue()
            if advanceEnd() { return }
            wait()
        }
    }

    private func take(_ request: Supervisor.Request) {
        switch request {
        case .add(let unit):
            kept.append(Kept(unit: unit, state: UnitState(isOnDemand: unit.isOnDemand, now: .now)))
        case .once(let command, let done):
            do { once.append((try ChildProcess.start(command), done)) } catch { done(.failure(error)) }
        case .stop(let done):
            if ending == nil { ending = StagedEnd(began: .now) }
            ending?.whenDone.append(done)
            for entry in once { kill(entry.pid, SIGTERM) }
        }
    }

    private func reap() {
        for index in kept.indices {
            guard let pid = kept[index].state.pid, let end = ProcessEnd.poll(pid) else { continue }
            kept[index].state.ended(end, now: .now)
            if !end.isSuccess, ending == nil { report("\(kept[index].unit.name) ended: \(end)") }
        }
        once.removeAll { entry in
            guard let end = ProcessEnd.poll(entry.pid) else { return false }
            entry.done(.success(end))
            return true
        }
    }

    private func startDue() {
        for index in kept.indices where kept[index].state.isDue(now: .now) { start(index) }
    }

    private func start(_ index: Int) {
        do {
            let pid = try ChildProcess.start(kept[index].unit.command)
            kept[index].state.started(pid: pid, now: .now)
        } catch {
            report("\(error)")
            kept[index].state.failedToStart(now: .now)
        }
    }

    /// Sleeps until a request, a connection to a service that does not run, or a short while when children have to be looked at.
    private func wait() {
        var descriptors = [pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0)]
        var owners = [-1]
        for (index, entry) in kept.enumerated() where entry.state.watchesListener {
            for socket in entry.unit.command.sockets {
                descriptors.append(pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0))
                owners.append(index)
            }
        }
        let hasChildren = ending != nil || !once.isEmpty || kept.contains { !$0.state.watchesListener }
        guard poll(&descriptors, nfds_t(descriptors.count), hasChildren ? 30 : 1_000) > 0 else { return }
        if descriptors[0].revents != 0 { emptyPipe() }
        for (descriptor, owner) in zip(descriptors, owners) where owner >= 0 && descriptor.revents != 0 {
            if kept[owner].state.watchesListener { start(owner) }
        }
    }

    private func emptyPipe() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wakeDescriptor, &bytes, bytes.count) > 0 {}
    }
}
