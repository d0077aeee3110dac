import Contracts
import Postgres

/// A campaign's snapshot, from the call that queues it to its last page, beside one INSERT … SELECT in one database.
struct SnapshotBenchmark {
    static let ruling = 100_000

    var platform: Platform
    var sizes: [Int]

    func run() async throws -> [Figure] {
        var figures: [Figure] = []
        for size in sizes { figures.append(try await run(size)) }
        return figures
    }

    private func run(_ size: Int) async throws -> Figure {
        let tenant = try await Tenant(platform, "snapshot-\(size)")
        try await tenant.importContacts(size, excluded: size / 50)
        try await tenant.putCampaign("snapshot", paragraphs: 10, selectsByTags: true)
        let id = try await tenant.campaign("snapshot").id
        let cpu = platform.processes.cpu
        let before = try await platform.database.first(TransactionCount()) ?? 0
        let start = ContinuousClock.now
        _ = try await platform.call(QueueCampaign(address: tenant.address("snapshot")))
        // Paused: the snapshot goes on, nothing is sent.
        _ = try await platform.call(PauseCampaign(address: tenant.address("snapshot")))
        try await eventually("the snapshot is complete", within: .seconds(300), every: .milliseconds(10)) {
            try await platform.database.first(SnapshotProgress(id: id)) == true ? true : nil
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let after = try await platform.database.first(TransactionCount()) ?? 0
        let spent = platform.processes.spent(since: cpu)
        let rows = try await platform.database.first(LedgerProgress(id: id))?.rows ?? 0
        guard rows == size else { throw BenchmarkFailure("the ledger has \(rows) rows, not \(size)") }
        let limit = try await BareInsert(database: platform.database, tenant: tenant).seconds()
        _ = try await platform.call(CancelCampaign(address: tenant.address("snapshot")))
        return Figure(
            work: "Snapshot of \(Figure.text(Double(size))) subscribed, 2 include tags, 1 exclude tag",
            goal: size == Self.ruling ? .atMost(2) : .none,
            value: seconds,
            unit: "s",
            limit: Figure.Limit(name: "one INSERT … SELECT", value: limit, unit: "s"),
            detail: "\(after - before) transactions; \(spent)",
            command: "datamailer-benchmarks snapshot"
        )
    }
}
