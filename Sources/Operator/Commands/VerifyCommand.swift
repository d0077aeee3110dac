import ArgumentParser
import Contracts
import JSON
import JSONRPC
import ServiceRuntime

/// Compares every counter with a recount.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recounts every counter; waits up to 30 s for the outboxes to drain. Exit status 1 when something differs."
    )

    @OptionGroup var services: ServiceOptions

    @Option(help: "Seconds to wait for the outboxes.")
    var wait = 30

    func run() async throws {
        let started = ContinuousClock.now
        var reports = try await collect()
        while reports.contains(where: { $0.report.outboxPending > 0 || !$0.report.mismatches.isEmpty }),
            ContinuousClock.now - started < .seconds(wait)
        {
            try await Task.sleep(for: .milliseconds(500))
            reports = try await collect()
        }
        let lag = (ContinuousClock.now - started).components.seconds
        show(reports, lag)
        let mismatches = reports.flatMap(\.report.mismatches)
        let pending = reports.map(\.report.outboxPending).reduce(0, +)
        if !mismatches.isEmpty { throw CommandFailure("\(mismatches.count) differences") }
        if pending > 0 { throw CommandFailure("\(pending) items still wait in outboxes and queues after \(wait) s") }
    }

    private func collect() async throws -> [(name: ServiceName, report: VerifyReport)] {
        [
            (.audience, try await services.call(.audience, AudienceVerify(), deadline: .seconds(120))),
            (.campaign, try await services.call(.campaign, CampaignVerify(), deadline: .seconds(120))),
            (.delivery, try await services.call(.delivery, DeliveryVerify(), deadline: .seconds(120))),
            (.tracking, try await services.call(.tracking, TrackingVerify(), deadline: .seconds(120))),
            (.gateway, try await services.call(.gateway, GatewayVerify(), deadline: .seconds(120))),
        ]
    }

    private func show(_ reports: [(name: ServiceName, report: VerifyReport)], _ lag: Int64) {
        if services.json {
            let members = reports.map { name, report in
                (
                    key: name.rawValue,
                    value: JSONValue.object(
                        JSONObject([
                            (key: "checked", value: .number(JSONNumber(Int64(report.checked)))),
                            (key: "outbox_pending", value: .number(JSONNumber(Int64(report.outboxPending)))),
                            (key: "mismatches", value: .array(report.mismatches.map { .string($0) })),
                        ])
                    )
                )
            }
            let seconds = (key: "waited_seconds", value: JSONValue.number(JSONNumber(lag)))
            return Terminal.line(JSONText.object([seconds, (key: "services", value: .object(JSONObject(members)))]))
        }
        for (name, report) in reports {
            Terminal.line("\(name.rawValue): \(report.checked) checked, \(report.mismatches.count) differ, \(report.outboxPending) waiting")
            for mismatch in report.mismatches { Terminal.line("  \(mismatch)") }
        }
        Terminal.line("waited \(lag) s for outboxes")
    }
}
