import Contracts
import Foundation
import HTTPTransport
import Model
import Postgres

/// Whether a campaign delays transactional mail (I9): single messages, from accepted to sent, without a campaign and while one uses up
/// the account's send rate.
struct PrecedenceBenchmark {
    /// What the account may send a second: less than the machine can, as with a real account.
    static let rate = 1_000

    var platform: Platform
    /// Single messages each time.
    var rounds: Int
    /// Recipients of the campaign.
    var count: Int

    func run() async throws -> [Figure] {
        let tenant = try await Tenant(platform, "precedence")
        var content = TemplateContent(name: "Code", subject: "Your code")
        content.textBody = "{{ code }}"
        content.requiredContext = [RequiredContext(name: "code", description: "")]
        _ = try await platform.call(PutTemplate(scope: tenant.scope, key: "code", content: content))
        try await tenant.importContacts(count)
        try await tenant.putCampaign("bulk", paragraphs: 14, selectsByTags: false)
        let id = try await tenant.campaign("bulk").id
        let alone = try await sent(tenant, "alone")
        let before = platform.ses.counts.messages
        _ = try await platform.call(QueueCampaign(address: tenant.address("bulk")))
        try await eventually("the campaign is at its rate", within: .seconds(60)) {
            platform.ses.counts.messages - before > 2 * Self.rate ? true : nil
        }
        let begun = (messages: platform.ses.counts.messages, at: ContinuousClock.now)
        let beside = try await sent(tenant, "beside")
        let took = (ContinuousClock.now - begun.at) / .seconds(1)
        let campaignRate = Double(platform.ses.counts.messages - begun.messages - rounds) / took
        guard let progress = try await platform.database.first(LedgerProgress(id: id)), progress.open > 0 else {
            throw BenchmarkFailure("the campaign ended before the messages beside it were sent")
        }
        _ = try await platform.call(CancelCampaign(address: tenant.address("bulk")))
        return figures(alone: alone, beside: beside, campaignRate: campaignRate)
    }

    private func figures(alone: Latencies, beside: Latencies, campaignRate: Double) -> [Figure] {
        let command = "datamailer-benchmarks precedence"
        return [
            Figure(
                work: "Transactional mail, accepted to sent, without a campaign, p99",
                goal: .none,
                value: alone.p99,
                unit: "ms",
                detail: "p50 \(Figure.text(alone.p50)) ms of \(rounds) single messages",
                command: command
            ),
            Figure(
                work: "The same while a campaign uses up an account of \(Figure.text(Double(Self.rate)))/s, p99",
                goal: .none,
                value: beside.p99,
                unit: "ms",
                limit: Figure.Limit(name: "without a campaign", value: alone.p99, unit: "ms"),
                detail: "p50 \(Figure.text(beside.p50)) ms; the campaign sent \(Figure.text(campaignRate))/s beside them",
                command: command
            ),
        ]
    }

    /// Sends single messages, a little apart, and reads from the database how long each took.
    private func sent(_ tenant: Tenant, _ name: String) async throws -> Latencies {
        let transport = HTTPTransport()
        for round in 0..<rounds {
            let key = "\(name)-\(round)"
            let request = HTTPRequest(
                method: "POST",
                url: "\(platform.url)/api/transactional/send",
                headers: [("Authorization", "Bearer \(tenant.apiKey)"), ("Content-Type", "application/json")],
                body: Array(#"{"email":"\#(key)@example.com","template_key":"code","idempotency_key":"\#(key)","context":{"code":"1"}}"#.utf8),
                timeout: .seconds(30)
            )
            let exchange = await transport.send(request)
            guard case .response(let answer) = exchange, answer.status == 202 else { throw BenchmarkFailure("\(exchange)") }
            try await Task.sleep(for: .milliseconds(25))
        }
        return try await eventually("all of \(name) are sent") {
            let found = try await platform.database.first(Latencies.Read(clientID: tenant.scope.clientID.rawValue, prefix: name))
            return found.flatMap { $0.count == rounds ? $0 : nil }
        }
    }
}

/// From accepted to sent, in milliseconds.
private struct Latencies {
    var count: Int
    var p50: Double
    var p99: Double

    struct Read: Statement {
        static let sample = Self(clientID: 1, prefix: "")
        var clientID: Int64
        var prefix: String
        var sql: SQL {
            """
            SELECT count(*) AS count,
                coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - created_at)), 0)::float8 AS p50,
                coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM sent_at - created_at)), 0)::float8 AS p99
            FROM delivery.transactional_messages
            WHERE client_id = \(clientID) AND status = 'sent' AND starts_with(idempotency_key, \(prefix))
            """
        }
        func decode(_ row: Row) throws -> Latencies {
            Latencies(count: try row.decode("count"), p50: try row.decode("p50") * 1_000, p99: try row.decode("p99") * 1_000)
        }
    }
}
