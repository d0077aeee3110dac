import Contracts
import Foundation
import Model
import Testing

/// Beside the other suites, as ``Chaos``.
@Suite("Transactional chaos", .serialized) struct TransactionalChaos {
    @Test("killing the delivery service during 500 transactional sends sends nobody twice, loses nobody, and settles all", .timeLimit(.minutes(15)))
    func killing() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let ses = try await FakeSES(folder: folder)
        try await withUpOnSharedServer(ses.environment) { up, _ in
            let tenant = try await Tenant(up)
            try await TransactionalLoad.putTemplate(up, tenant)
            try await ses.setLatency(milliseconds: 60)
            let ids = try await withThrowingTaskGroup(of: [TransactionalMessageID].self) { group in
                for lane in 0..<8 {
                    group.addTask {
                        var ids: [TransactionalMessageID] = []
                        for number in stride(from: lane, to: 500, by: 8) {
                            ids.append(try await TransactionalLoad.send(up, tenant, key: "m\(number)"))
                        }
                        return ids
                    }
                }
                try await kill(up, ses, times: 6)
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(Set(ids).count == 500)
            // The sweep settles what was in flight within a minute of the last kill.
            var open = ids
            var found: [TransactionalStatus: Int] = [:]
            try await eventually("every message is settled", within: .seconds(100)) {
                var waiting: [TransactionalMessageID] = []
                for id in open {
                    let status = try await up.call(GetTransactionalMessage(scope: tenant.scope, messageID: id)).message.status
                    if [.queued, .sending].contains(status) { waiting.append(id) } else { found[status, default: 0] += 1 }
                }
                open = waiting
                return open.isEmpty
            }
            let copies = Dictionary(grouping: try await ses.accepted(), by: \.message).mapValues(\.count)
            #expect(copies.values.allSatisfy { $0 == 1 }, "\(copies.filter { $0.value > 1 })")
            #expect(found[.sent, default: 0] + found[.unknown, default: 0] == 500, "\(found)")
            // What the provider has and nobody knows of is unknown; what is sent the provider has.
            #expect(copies.count >= found[.sent, default: 0] && copies.count <= 500)
            for id in ids where copies["x-\(id)"] == nil {
                #expect(try await up.call(GetTransactionalMessage(scope: tenant.scope, messageID: id)).message.status == .unknown)
            }
        }
        try await ses.end()
    }

    private func kill(_ up: UpProcess, _ ses: FakeSES, times: Int) async throws {
        var random = SeededGenerator(state: Chaos.seed)
        for moment in (0..<times).map({ _ in Int64.random(in: 10...420, using: &random) }).sorted() {
            let pid = try await eventually("\(moment) messages and a service", within: .seconds(60)) { () -> pid_t? in
                guard try await ses.acceptedCount() >= moment else { return nil }
                return up.table.pids("DeliveryService").first
            }
            Foundation.kill(pid, SIGKILL)
            try await eventually("it is dead") { !up.table.pids("DeliveryService").contains(pid) }
        }
    }
}
