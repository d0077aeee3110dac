import Contracts
import Foundation
import HTTPTransport
import Model
import NIOCore
import Postgres

/// `POST /api/transactional/send` with unique keys at 32 connections, each message durable before its answer, and how soon an idle machine
/// hands one to the provider.
struct TransactionalBenchmark {
    var platform: Platform
    var seconds: Int
    /// Single messages on the idle machine.
    var rounds: Int

    func run() async throws -> [Figure] {
        let tenant = try await Tenant(platform, "transactional")
        var content = TemplateContent(name: "Welcome", subject: "Welcome {{ name }}")
        content.htmlBody = String(repeating: "<p>Hello {{ name }}, this is your code: <b>{{ code }}</b></p>\n", count: 10)
        content.textBody = "Hello {{ name }}, this is your code: {{ code }}"
        content.requiredContext = [RequiredContext(name: "name", description: ""), RequiredContext(name: "code", description: "")]
        _ = try await platform.call(PutTemplate(scope: tenant.scope, key: "welcome", content: content))
        let idle = try await handedOver(tenant)
        return [try await accepted(tenant), idle]
    }

    private func body(_ key: String) -> String {
        #"{"email":"\#(key)@example.com","template_key":"welcome","idempotency_key":"\#(key)","context":{"name":"Ann","code":"123456"}}"#
    }

    private func accepted(_ tenant: Tenant) async throws -> Figure {
        let limit = try await BareHTTP().answersPerSecond(seconds: min(seconds, 3))
        let requests = (0..<(seconds + 2) * 6_000).map { number in
            let body = body("load-\(number)")
            let head = "POST /api/transactional/send HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(tenant.apiKey)\r\n"
            return ByteBuffer(string: "\(head)Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        }
        var load = try RequestLoad(url: platform.url, seconds: seconds, requests: requests)
        load.success = "HTTP/1.1 202"
        let before = try await count(tenant)
        let cpu = platform.processes.cpu
        let commits = try await platform.database.first(TransactionCount()) ?? 0
        let result = try await load.run()
        let spent = platform.processes.spent(since: cpu)
        let transactions = (try await platform.database.first(TransactionCount()) ?? 0) - commits
        // Durable before the answer: what was answered is stored now.
        let stored = try await count(tenant).stored - before.stored
        guard result.failures == 0, stored == Int64(result.answers) else {
            throw BenchmarkFailure("\(result.answers) answers, \(result.failures) failures, but \(stored) messages are stored")
        }
        let start = ContinuousClock.now
        try await eventually("all are sent", within: .seconds(180), every: .milliseconds(50)) {
            let now = try await count(tenant)
            return now.sent == now.stored ? true : nil
        }
        let lag = (ContinuousClock.now - start) / .seconds(1)
        let each = Double(transactions) / Double(max(1, result.answers))
        return Figure(
            work: "POST /api/transactional/send, unique keys, 32 connections, each durable, workers sending beside it",
            goal: .atLeast(1_500),
            value: result.perSecond,
            unit: "/s",
            limit: Figure.Limit(name: "bare SwiftNIO HTTP answer", value: limit, unit: "/s"),
            detail:
                "p50 \(Figure.text(result.p50)) µs, p99 \(Figure.text(result.p99)) µs (target 50,000); \(Figure.text(each)) transactions a message; "
                + "all sent \(Figure.text(lag)) s after the load; \(spent)",
            command: "datamailer-benchmarks transactional"
        )
    }

    private func handedOver(_ tenant: Tenant) async throws -> Figure {
        let transport = HTTPTransport()
        var afterAnswer: [Double] = []
        var whole: [Double] = []
        for round in 0..<rounds {
            let before = platform.ses.counts.messages
            let begun = ContinuousClock.now
            let request = HTTPRequest(
                method: "POST",
                url: "\(platform.url)/api/transactional/send",
                headers: [("Authorization", "Bearer \(tenant.apiKey)"), ("Content-Type", "application/json")],
                body: Array(body("idle-\(round)").utf8),
                timeout: .seconds(30)
            )
            let exchange = await transport.send(request)
            guard case .response(let answer) = exchange, answer.status == 202 else { throw BenchmarkFailure("\(exchange)") }
            let answered = ContinuousClock.now
            try await eventually("the provider has it", within: .seconds(10), every: .microseconds(200)) {
                platform.ses.counts.messages > before ? true : nil
            }
            let arrived = ContinuousClock.now
            afterAnswer.append((arrived - answered) / .milliseconds(1))
            whole.append((arrived - begun) / .milliseconds(1))
            try await Task.sleep(for: .milliseconds(30))
        }
        let p50 = Self.quantile(afterAnswer, 0.5)
        return Figure(
            work: "Accepted to handed to the provider, idle, p50",
            goal: .atMost(20),
            value: p50,
            unit: "ms",
            detail: "p99 \(Figure.text(Self.quantile(afterAnswer, 0.99))) ms; from the request's first byte p50 "
                + "\(Figure.text(Self.quantile(whole, 0.5))) ms, p99 \(Figure.text(Self.quantile(whole, 0.99))) ms",
            command: "datamailer-benchmarks transactional"
        )
    }

    private static func quantile(_ values: [Double], _ part: Double) -> Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    private func count(_ tenant: Tenant) async throws -> (stored: Int64, sent: Int64) {
        try await platform.database.first(MessageCounts(clientID: tenant.scope.clientID.rawValue)) ?? (0, 0)
    }
}

/// Messages of a client.
private struct MessageCounts: Statement {
    static let sample = Self(clientID: 1)
    var clientID: Int64
    var sql: SQL {
        """
        SELECT count(*) AS stored, count(*) FILTER (WHERE status = 'sent') AS sent
        FROM delivery.transactional_messages
        WHERE client_id = \(clientID)
        """
    }
    func decode(_ row: Row) throws -> (stored: Int64, sent: Int64) { (try row.decode("stored"), try row.decode("sent")) }
}
