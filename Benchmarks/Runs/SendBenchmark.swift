import Contracts
import Postgres

/// A campaign through a local SES, from the first POST to the last committed outcome, beside bare POSTs and bare claims.
struct SendBenchmark {
    var platform: Platform
    var count: Int

    func run() async throws -> [Figure] {
        let tenant = try await Tenant(platform, "send-\(count)")
        try await tenant.importContacts(count)
        try await tenant.putCampaign("send", paragraphs: 14, selectsByTags: true)
        let id = try await tenant.campaign("send").id
        let before = platform.ses.counts
        let cpu = platform.processes.cpu
        let queued = ContinuousClock.now
        _ = try await platform.call(QueueCampaign(address: tenant.address("send")))
        let start = try await eventually("the first message is sent", every: .milliseconds(2)) {
            platform.ses.counts.messages > before.messages ? ContinuousClock.now : nil
        }
        let progress = try await eventually("every message is sent", within: .seconds(300), every: .milliseconds(25)) {
            let progress = try await platform.database.first(LedgerProgress(id: id))
            return progress.flatMap { $0.rows >= count && $0.open == 0 ? $0 : nil }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let whole = (ContinuousClock.now - queued) / .seconds(1)
        let spent = platform.processes.spent(since: cpu)
        let after = platform.ses.counts
        guard progress.sent == count, after.messages - before.messages == count else {
            throw BenchmarkFailure("the ledger has \(progress.sent) sent, SES took \(after.messages - before.messages) of \(count)")
        }
        let bytes = (after.bytes - before.bytes) / count
        let posts = try await BarePosts(url: platform.ses.url, bytes: bytes, count: count).perSecond()
        let claims = try await BareClaims(database: platform.database, campaignID: id, count: count).rowsPerSecond()
        let rate = Double(count) / seconds
        let command = "datamailer-benchmarks send"
        let detail = "\(bytes) bytes a POST; \(Figure.text(whole)) s from queue to end with the snapshot; \(spent)"
        return [
            Figure(
                work: "Sending \(Figure.text(Double(count))) through a local SES, ledger durable",
                goal: .atLeast(3_000),
                value: rate,
                unit: "messages/s",
                limit: Figure.Limit(name: "bare POSTs of the same size through HTTPTransport", value: posts, unit: "POSTs/s"),
                detail: detail,
                command: command
            ),
            Figure(
                work: "The same sending beside the ledger's limit",
                goal: .none,
                value: rate,
                unit: "messages/s",
                limit: Figure.Limit(name: "bare claim and record by id, 64 a window", value: claims, unit: "rows/s"),
                command: command
            ),
        ]
    }
}
