import Foundation
import Testing

extension EndToEnd {
    /// Who gets which login (DESIGN section 1), and what a start refuses.
    @Suite("Logins", .serialized) struct Logins {
        @Test("a service is started with its own login, and neither the owner's nor another service's", .timeLimit(.minutes(15)))
        func own() async throws {
            let foreign = ["DATAMAILER_DATABASE_PASSWORD_FILE": "/nonexistent", "DATAMAILER_CAMPAIGN_MIGRATION_URL": ""]
            try await withUpOnSharedServer(foreign) { up, folder in
                for (service, executable) in Self.executables {
                    let pid = try await eventually("\(executable) runs") { () async throws -> pid_t? in
                        _ = try await up.json(["rpc", service, "\(service).health"], folder)
                        return up.table.pids(executable).first
                    }
                    let variables = Self.environment(of: pid)
                    let logins = variables.keys.filter { $0.contains("_DATABASE_") && $0.hasSuffix("_URL") || $0.hasSuffix("_MIGRATION_URL") }
                    #expect(logins == ["DATAMAILER_\(service.uppercased())_DATABASE_URL"], "\(executable): \(logins.sorted())")
                    #expect(variables["DATAMAILER_\(service.uppercased())_DATABASE_URL"]?.contains("datamailer_\(service)") == true)
                    #expect(variables["DATAMAILER_DATABASE_PASSWORD_FILE"] == nil)
                }
            }
        }

        @Test("a queue that is not there ends up and a service at their start, by the name of the variable", .timeLimit(.minutes(15)))
        func queue() async throws {
            try await withFolder { folder in
                let environment = ["DATAMAILER_QUEUE": "sqs"]
                let up = try await Command.run(["up", "--state", folder.path + "/state"], folder, environment: environment)
                #expect(up.code == 1 && up.errors.contains("DATAMAILER_QUEUE: there is no queue backend sqs") && up.output.isEmpty)
                let logins = ["DATAMAILER_DELIVERY_DATABASE_URL": "postgresql://nobody@/none?host=/nonexistent"]
                let service = try await KeptProcess.start(
                    [try Fixtures.executable("DeliveryService")],
                    environment: UpProcess.environment(folder, environment.merging(logins) { $1 }),
                    folder: folder,
                    name: "delivery"
                )
                #expect(try await service.end(within: .seconds(30)) == 1)
                #expect(service.errors.contains("DATAMAILER_QUEUE: there is no queue backend sqs"), "\(service.errors)")
            }
        }

        private static let executables = [
            ("audience", "AudienceService"), ("campaign", "CampaignService"), ("delivery", "DeliveryService"), ("tracking", "TrackingService"),
            ("gateway", "Gateway"),
        ]

        private static func environment(of pid: pid_t) -> [String: String] {
            let data = FileManager.default.contents(atPath: "/proc/\(pid)/environ") ?? Data()
            let pairs = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self).split(separator: "=", maxSplits: 1) }
            return Dictionary(pairs.map { (String($0[0]), $0.count > 1 ? String($0[1]) : "") }) { $1 }
        }
    }
}
