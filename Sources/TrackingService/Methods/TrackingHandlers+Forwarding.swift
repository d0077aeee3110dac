import Contracts
import JSONRPC
import Model
import Postgres

/// What waits for Campaign, what it refused, and what `datamailer verify` compares.
extension TrackingHandlers {
    func registerForwarding(in methods: inout RPCMethodTable) {
        methods.on(TrackingVerify.self) { call, _ in try await verify(call) }
        methods.on(RecountEvents.self) { call, _ in try await store.database.first(EventSums(call)) ?? RecountPage() }
        methods.on(GetForwarding.self) { _, _ in QueueList(queues: try await store.database.run(ForwardingNumbers())) }
        methods.on(PeekForwarding.self) { call, _ in
            let rows = PeekForwardingRows(dead: call.dead, limit: min(max(call.limit, 1), 100))
            return QueuePeek(messages: try await store.database.run(rows))
        }
        methods.on(RedriveForwarding.self) { _, _ in
            let moved = try await store.database.execute(RedriveRefused())
            forwarder.wake()
            return QueueRedriven(moved: Int64(moved))
        }
    }

    /// The log has no counters of its own; what is compared is that each request that clients see is in the log.
    func verify(_ call: TrackingVerify) async throws -> VerifyReport {
        let waiting = try await store.waitingBatches()
        var report = VerifyReport(mismatches: [], outboxPending: waiting.count, checked: 0, oldestWaitingSeconds: waiting.oldestSeconds)
        if call.onlyWaiting == true { return report }
        let counts = try await store.recount()
        report.checked = counts.requests
        if counts.orphans > 0 { report.mismatches.append("activity: \(counts.orphans) entries have no request in the log") }
        report.mismatches += try await store.database.run(RefusedLines())
        return report
    }
}
