import Contracts
import Foundation
import HTTPTransport
import JSON
import NIOCore
import Postgres

/// The client API: status calls, authentication, export and lists.
struct APIBenchmark {
    var platform: Platform
    var contacts: Int
    var members: Int
    var seconds: Int

    func run() async throws -> [Figure] {
        let tenant = try await Tenant(platform, "api")
        try await tenant.importContacts(contacts)
        var figures = try await status(tenant)
        figures.append(try await export(tenant))
        figures.append(try await bulk(tenant))
        return figures
    }

    private func authorization(_ tenant: Tenant) -> String { "Authorization: Bearer \(tenant.apiKey)" }

    // MARK: Status and authentication

    /// Known addresses, and what an authenticated request costs beside one without a key.
    private func status(_ tenant: Tenant) async throws -> [Figure] {
        let emails = try await platform.database.run(SomeEmails(organizationID: tenant.scope.organizationID))
        let targets = emails.map { "/api/contacts/status?email=\($0)&audience=\(tenant.slug)&client=\(tenant.slug)" }
        let limit = try await BareHTTP().answersPerSecond(seconds: min(seconds, 3))
        let (rate, cost, cpu) = try await measure(RequestLoad.gets(targets, headers: [authorization(tenant)]))
        let open = try await measure(RequestLoad.gets(["/health/"]), seconds: min(seconds, 3))
        // Authenticated, then refused for what its query lacks: no service is asked.
        let refused = try await measure(
            RequestLoad.gets(["/api/contacts/status"], headers: [authorization(tenant)]),
            success: "HTTP/1.1 400",
            seconds: min(seconds, 3)
        )
        return [
            Figure(
                work: "GET /api/contacts/status, 32 connections",
                goal: .atLeast(5_000),
                value: rate.perSecond,
                unit: "/s",
                limit: Figure.Limit(name: "bare SwiftNIO HTTP answer", value: limit, unit: "/s"),
                detail: "p50 \(Figure.text(rate.p50)) µs, p99 \(Figure.text(rate.p99)) µs; gateway \(Figure.text(cost)) µs CPU each; \(cpu)",
                command: "datamailer-benchmarks api"
            ),
            Figure(
                work: "Authentication, with the check and the refusal of an empty query",
                goal: .atMost(50),
                value: refused.cost - open.cost,
                unit: "µs CPU",
                limit: Figure.Limit(name: "the gateway's CPU for /health/", value: open.cost, unit: "µs CPU"),
                command: "datamailer-benchmarks api"
            ),
        ]
    }

    /// The load's result, the gateway's CPU microseconds an answer, and where CPU time went.
    private func measure(
        _ requests: [ByteBuffer],
        success: String = "HTTP/1.1 200",
        seconds: Int? = nil
    ) async throws -> (rate: RequestLoad.Result, cost: Double, cpu: String) {
        var load = try RequestLoad(url: platform.url, seconds: seconds ?? self.seconds, requests: requests)
        load.success = success
        let before = platform.processes.cpu
        let result = try await load.run()
        guard result.failures == 0 else { throw BenchmarkFailure("\(result.failures) answers were not \(success)") }
        let gateway = (platform.processes.cpu["Gateway"] ?? 0) - (before["Gateway"] ?? 0)
        return (result, gateway * 1e6 / Double(max(1, result.answers)), platform.processes.spent(since: before))
    }

    // MARK: Export

    private func export(_ tenant: Tenant) async throws -> Figure {
        let limit = try await bareCopyOut()
        let cpu = platform.processes.cpu
        let start = ContinuousClock.now
        let request = HTTPRequest(
            method: "GET",
            url: "\(platform.url)/api/contacts.csv?audience=\(tenant.slug)&client=\(tenant.slug)",
            headers: [("Authorization", "Bearer \(tenant.apiKey)")],
            timeout: .seconds(300),
            maximumResponseBytes: 1 << 30
        )
        let answer = try await sent(request, status: 200)
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let rows = answer.count { $0 == 0x0A } - 1
        guard rows == contacts else { throw BenchmarkFailure("the export has \(rows) rows, not \(contacts)") }
        return Figure(
            work: "CSV export of \(Figure.text(Double(contacts))) contacts",
            goal: .atLeast(100_000),
            value: Double(rows) / elapsed,
            unit: "rows/s",
            limit: Figure.Limit(name: "bare COPY of the contacts to text", value: limit, unit: "rows/s"),
            detail: platform.processes.spent(since: cpu),
            command: "datamailer-benchmarks api"
        )
    }

    private func bareCopyOut() async throws -> Double {
        try await platform.database.withConnection { connection in
            let start = ContinuousClock.now
            var rows = 0
            try await connection.copyOut("COPY audience.contacts TO STDOUT (FORMAT csv)") { bytes in rows += bytes.count { $0 == 0x0A } }
            return Double(rows) / ((ContinuousClock.now - start) / .seconds(1))
        }
    }

    // MARK: Lists

    private func bulk(_ tenant: Tenant) async throws -> Figure {
        let entries = (0..<members).map { #"{"source_object_key":"m:\#($0)","email":"member.\#($0)@example.com","metadata":{"score":\#($0)}}"# }
        let body = #"{"audience":"\#(tenant.slug)","client":"\#(tenant.slug)","members":[\#(entries.joined(separator: ","))]}"#
        let cpu = platform.processes.cpu
        let start = ContinuousClock.now
        let request = HTTPRequest(
            method: "POST",
            url: "\(platform.url)/api/recipient-lists/course:2030:homework/members/bulk-upsert",
            headers: [("Authorization", "Bearer \(tenant.apiKey)"), ("Content-Type", "application/json")],
            body: Array(body.utf8),
            timeout: .seconds(300)
        )
        let answer = try JSONValue.parse(try await sent(request, status: 200))
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        guard answer["created_count"]?.int64Value == Int64(members) else { throw BenchmarkFailure("created \(answer["created_count"] ?? .null)") }
        return Figure(
            work: "One bulk-upsert of \(Figure.text(Double(members))) new list members, three levels deep",
            goal: .atLeast(20_000),
            value: Double(members) / elapsed,
            unit: "members/s",
            detail: platform.processes.spent(since: cpu),
            command: "datamailer-benchmarks api"
        )
    }

    private func sent(_ request: HTTPRequest, status: Int) async throws -> [UInt8] {
        let exchange = await HTTPTransport().send(request)
        guard case .response(let answer) = exchange, answer.status == status else {
            throw BenchmarkFailure("\(request.url): \(String(describing: exchange).prefix(500))")
        }
        return answer.body
    }
}
