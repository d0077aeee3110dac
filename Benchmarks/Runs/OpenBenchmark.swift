import Contracts
import Foundation
import Model
import Postgres
import Tokens

/// Open pixels at 32 connections, each event durable before its answer, beside a bare HTTP server and the same client.
struct OpenBenchmark {
    var platform: Platform
    var sizes: [Int]
    var seconds: Int

    func run() async throws -> [Figure] {
        let limit = try await BareHTTP().answersPerSecond(seconds: min(seconds, 3))
        var figures: [Figure] = []
        for size in sizes { figures.append(try await run(size, limit: limit)) }
        return figures
    }

    private func run(_ size: Int, limit: Double) async throws -> Figure {
        let (campaign, ids) = try await makeCampaign(size)
        let signer = try platform.tokenSigner()
        var random = SeededGenerator(state: 11)
        let paths = (0..<20_000).map { _ in
            "/t/o/\(signer.sign(.open, kind: .campaign, messageID: Int64.random(in: ids, using: &random))).gif"
        }
        let cpu = platform.processes.cpu
        let result = try await RequestLoad(url: platform.url, seconds: seconds, requests: RequestLoad.gets(paths)).run()
        let spent = platform.processes.spent(since: cpu)
        let progress = OpenProgress(id: campaign, first: ids.lowerBound, last: ids.upperBound)
        // Durable before the answer: what was answered is in the log now.
        let logged = try await platform.database.first(progress)?.logged ?? 0
        guard result.failures == 0, logged == result.answers else {
            throw BenchmarkFailure("\(result.answers) answers, \(result.failures) failures, but \(logged) events in the log")
        }
        let start = ContinuousClock.now
        try await eventually("Campaign has counted the opens", within: .seconds(120), every: .milliseconds(100)) {
            try await platform.database.first(progress)?.counted == logged ? true : nil
        }
        let lag = (ContinuousClock.now - start) / .seconds(1)
        return Figure(
            work: "Open pixel, event durable first, 32 connections, \(Figure.text(Double(size))) recipients",
            goal: .atLeast(10_000),
            value: result.perSecond,
            unit: "/s",
            limit: Figure.Limit(name: "bare SwiftNIO HTTP answer", value: limit, unit: "/s"),
            detail:
                "p50 \(Figure.text(result.p50)) µs, p99 \(Figure.text(result.p99)) µs; counters equal the log \(Figure.text(lag)) s after the load; \(spent)",
            command: "datamailer-benchmarks open"
        )
    }

    /// A campaign that was sent, with so many rows; what is more than a thousand is copied inside the ledger.
    private func makeCampaign(_ size: Int) async throws -> (CampaignID, ClosedRange<Int64>) {
        let tenant = try await Tenant(platform, "open-\(size)")
        let sent = min(size, 1_000)
        try await tenant.importContacts(sent)
        try await tenant.putCampaign("open", paragraphs: 2, selectsByTags: false)
        _ = try await platform.call(QueueCampaign(address: tenant.address("open")))
        try await eventually("the campaign is sent") { try await tenant.campaign("open").status == .sent ? true : nil }
        let id = try await tenant.campaign("open").id
        if size > sent {
            try await platform.script(
                """
                CREATE TEMPORARY TABLE model AS SELECT * FROM campaign.recipients WHERE campaign_id = \(id.rawValue) ORDER BY id LIMIT 1;
                CREATE TEMPORARY TABLE block AS SELECT nextval('campaign.batch_ids') AS id, number FROM generate_series(0, \((size - sent) / 500 - 1)) AS number;
                CREATE TEMPORARY TABLE spread AS
                    SELECT nextval('campaign.recipient_ids') AS id, block.id AS batch_id, 1000000000 + block.number * 500 + part AS contact_id
                    FROM block, generate_series(1, 500) AS part;
                INSERT INTO campaign.batches (id, campaign_id, first_recipient_id, last_recipient_id, sent_count)
                    SELECT batch_id, \(id.rawValue), min(id), max(id), count(*) FROM spread GROUP BY batch_id;
                INSERT INTO campaign.recipients (id, campaign_id, batch_id, contact_id, state, previous_state, email, skip_reason, merge_fields, sent_at, attempt)
                    SELECT spread.id, \(id.rawValue), spread.batch_id, spread.contact_id, model.state, model.previous_state,
                        'copy.' || spread.contact_id || '@example.com', '', model.merge_fields, model.sent_at, model.attempt
                    FROM spread, model;
                DROP TABLE model, block, spread;
                ANALYZE campaign.recipients, campaign.batches;
                CHECKPOINT
                """
            )
        }
        guard let range = try await platform.database.first(RecipientRange(id: id)) else { throw BenchmarkFailure("no recipients") }
        return (id, range.first...range.last)
    }
}
