import Contracts
import HTTPTransport
import JSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Pooler", .serialized) struct Pooler {
        @Test("with every service behind pgbouncer in transaction mode a campaign is sent, counted and verified", .timeLimit(.minutes(15)))
        func campaign() async throws {
            try await PgBouncer.run { pooler in
                let database = try await TestDatabase.create(migrations: [])
                var environment = ["DATAMAILER_DATABASE_URL": database.url(role: nil), "DATAMAILER_DATABASE_PREPARED_STATEMENTS": "0"]
                for service in ["audience", "campaign", "delivery", "tracking", "gateway"] {
                    let role = "datamailer_\(service)"
                    environment["DATAMAILER_\(service.uppercased())_DATABASE_URL"] = pooler.url(database, role: role)
                    environment["DATAMAILER_\(service.uppercased())_DATABASE_DIRECT_URL"] = database.url(role: role)
                }
                do {
                    try await withUp(environment) { up, folder in
                        let tenant = try await Tenant(up)
                        try await tenant.importContacts(200)
                        try await tenant.putCampaign("pooled")
                        try await tenant.queue("pooled")
                        try await tenant.wait("pooled", for: .sent)
                        let mail = try #require(try await CapturedMail.readAll(up, folder).first)
                        #expect(try await up.http("GET", mail.pixel).status == 200)
                        try await eventually("the open is counted") { try await tenant.campaign("pooled").statistics.openCount == 1 }
                        #expect(try await tenant.campaign("pooled").statistics.sentCount == 200)
                        try await up.expectVerified(folder)
                        let logs = UpProcess.logs(up.state)
                        #expect(!logs.contains("prepared statement"), "\(logs)")
                    }
                } catch {
                    try? await database.drop()
                    throw error
                }
                try await database.drop()
            }
        }
    }
}
