import Foundation

/// How far the end of everything has come.
struct StagedEnd {
    let began: ContinuousClock.Instant
    var whenDone: [@Sendable () -> Void] = []
    /// Units that were asked to end.
    var asked: Set<String> = []

    init(began: ContinuousClock.Instant) { self.began = began }
}

extension SupervisorLoop {
    /// Asks the units of the smallest stage that still runs to end, kills those that are over their limit.
    ///
    /// Units of later stages go on being started on demand: who drains may still need them.
    /// - Returns: true when nothing is left.
    func advanceEnd() -> Bool {
        guard var ending else { return false }
        let elapsed = ending.began.duration(to: .now)
        let stage = kept.filter { !$0.state.isOver }.map(\.unit.stage).min()
        for index in kept.indices where kept[index].unit.stage == stage {
            guard let pid = kept[index].state.pid else {
                kept[index].state.stop()
                continue
            }
            let unit = kept[index].unit
            if ending.asked.insert(unit.name).inserted { kill(pid, unit.endSignal) }
        }
        for entry in kept where elapsed >= entry.unit.endLimit {
            guard let pid = entry.state.pid else { continue }
            kill(pid, elapsed >= entry.unit.endLimit + .seconds(1) ? SIGKILL : entry.unit.killSignal)
        }
        for index in kept.indices where elapsed >= kept[index].unit.endLimit && kept[index].state.pid == nil { kept[index].state.stop() }
        self.ending = ending
        guard kept.allSatisfy(\.state.isOver), once.isEmpty else { return false }
        for done in ending.whenDone { done() }
        return true
    }
}

extension UnitState {
    /// Neither runs nor will be started.
    var isOver: Bool { phase == .stopped }
}
