import Contracts
import Foundation
import HTTPTransport
import JSONRPC
import Logging
import TestSupport
import Testing

extension EndToEnd {
    /// Services that are started while Postgres is away.
    @Suite("Late database", .serialized) struct LateDatabase {
        @Test("they serve, say that they cannot, and work on without a restart when it is there", .timeLimit(.minutes(15)))
        func recovery() async throws {
            try await Self.withCluster { cluster in
                try await withUp(["DATAMAILER_DATABASE_URL": cluster.adminURL, "DATAMAILER_IDLE_EXIT_SECONDS": "0"]) { up, _ in
                    let tenant = try await Tenant(up)
                    let before = Self.services(up)
                    #expect(before.count == 5, "\(before)")
                    try await cluster.stop()
                    for pid in before.values { kill(pid, SIGKILL) }
                    let after = try await eventually("all of them run again") { () -> [String: pid_t]? in
                        let now = Self.services(up)
                        return now.count == 5 && Set(now.values).isDisjoint(with: before.values) ? now : nil
                    }
                    func status() async throws -> (status: Int, retry: String?) {
                        let path = "/api/contacts/status?email=r1@example.com&audience=news&client=shop"
                        let answer = try await up.http("GET", path, headers: [("Authorization", "Bearer \(tenant.apiKey)")])
                        return (answer.status, answer.header("Retry-After"))
                    }
                    let away = try await eventually("the gateway answers") { try? await status() }
                    #expect(away.status == 503 && away.retry != nil)
                    let health = try await up.call(AudienceHealth())
                    #expect(!health.databaseAvailable)

                    try await cluster.restart()
                    try await eventually("the API answers") { try await status().status == 200 }
                    try await eventually("each has checked its schema") {
                        ["audience", "campaign", "delivery", "tracking", "gateway"].allSatisfy { name in
                            let log = FileManager.default.contents(atPath: "\(up.state)/log/\(name).log") ?? Data()
                            return String(decoding: log, as: UTF8.self).contains("the database is back")
                        }
                    }
                    #expect(Self.services(up) == after, "one of them was started again")
                }
            }
        }

        @Test("one whose schema does not fit when the database comes says so and ends", .timeLimit(.minutes(15)))
        func wrongSchema() async throws {
            try await Self.withCluster { cluster in
                try await withFolder { folder in
                    try await cluster.stop()
                    let environment = [
                        "DATAMAILER_AUDIENCE_DATABASE_URL": cluster.adminURL, "DATAMAILER_RUNTIME_DIR": folder.path, "DATAMAILER_TRUST_SAME_UID": "1",
                    ]
                    let service = try await KeptProcess.start(
                        [try Fixtures.executable("AudienceService")],
                        environment: UpProcess.environment(folder, environment),
                        folder: folder,
                        name: "audience"
                    )
                    let client = RPCClient(
                        address: .unix(path: folder.path + "/audience.sock"),
                        maximumConnections: 1,
                        logger: Logger(label: "e2e") { _ in SwiftLogNoOpLogHandler() }
                    )
                    let health = try await eventually("it serves without its database") { try? await client.call(AudienceHealth()) }
                    #expect(!health.databaseAvailable && health.schemaVersion.isEmpty)
                    await #expect(throws: RPCCallError<ValidationFailure>.self) { try await client.call(ListClients(organization: nil)) }
                    await client.close()
                    try await cluster.restart()
                    #expect(try await service.end(within: .seconds(60)) == 1)
                    #expect(service.errors.contains("schema audience does not fit this build"), "\(service.errors)")
                    #expect(service.errors.contains("datamailer migrate"))
                }
            }
        }

        private static func services(_ up: UpProcess) -> [String: pid_t] {
            let names: Set = ["AudienceService", "CampaignService", "DeliveryService", "TrackingService", "Gateway"]
            return Dictionary(up.table.entries.filter { names.contains($0.name) }.map { ($0.name, $0.pid) }) { $1 }
        }

        private static func withCluster(_ body: (TestCluster) async throws -> Void) async throws {
            let cluster = try await TestCluster.start()
            do {
                try await body(cluster)
            } catch {
                try? await cluster.remove()
                throw error
            }
            try await cluster.remove()
        }
    }
}
