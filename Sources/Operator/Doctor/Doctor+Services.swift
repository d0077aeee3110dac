import Contracts
import JSONRPC
import Postgres
import Schemas
import ServiceRuntime

extension Doctor {
    /// Every service must answer, see its database, and be at the schema that this command knows.
    func reachability() async -> [Finding] {
        var findings: [Finding] = []
        findings.append(await health(.audience, AudienceHealth(), Schemas.audience.last?.name))
        findings.append(await health(.campaign, CampaignHealth(), Schemas.campaign.last?.name))
        findings.append(await health(.delivery, DeliveryHealth(), Schemas.delivery.last?.name))
        findings.append(await health(.tracking, TrackingHealth(), Schemas.tracking.last?.name))
        findings.append(await health(.gateway, GatewayHealth(), Schemas.gateway.last?.name))
        return findings
    }

    private func health<Method: HealthMethod>(_ name: ServiceName, _ method: Method, _ expected: String?) async -> Finding {
        let check = "service \(name.rawValue)"
        let report: HealthReport
        do {
            report = try await services.call(name, method, deadline: .seconds(10))
        } catch {
            return Finding(check: check, result: .fail, text: "\(error)")
        }
        guard report.databaseAvailable else {
            return Finding(check: check, result: .fail, text: "answers, but its database does not; see the service's log")
        }
        let memory = "\(report.residentBytes / 1_048_576) MiB resident"
        guard let expected, report.schemaVersion == expected else {
            return Finding(
                check: check,
                result: .fail,
                text: "schema is at \(report.schemaVersion), expected \(expected ?? "none"); run `datamailer migrate`"
            )
        }
        return Finding(check: check, result: .ok, text: "schema \(report.schemaVersion), \(memory)")
    }
}
