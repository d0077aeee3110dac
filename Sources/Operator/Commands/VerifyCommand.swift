import ArgumentParser
import Contracts
import JSON
import JSONRPC
import ServiceRuntime

/// Compares every counter with a recount.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Recounts every counter, in each service and between them; waits up to 30 s for what is on its way. Exit status 1 when something differs."
    )

    @OptionGroup var services: ServiceOptions

    @Option(help: "Seconds to wait for the outboxes.")
    var wait = 30

    func run() async throws {
        let started = ContinuousClock.now
        let end = started + .seconds(wait)
        // Inside a service counters are right at any time: what differs now differs, whatever a later look may show.
        var result = VerifyResult(services: try await VerifyServices(services: services).reports())
        result.oldestWaitingSeconds = result.services.compactMap(\.report.oldestWaitingSeconds).max() ?? 0
        result.pending = result.services.map(\.report.outboxPending).reduce(0, +)
        while result.pending > 0, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(500))
            result.pending = try await VerifyServices(services: services).pending()
        }
        result.differences = try await CrossRecount(services: services).differences(until: end)
        result.waitedSeconds = (ContinuousClock.now - started).components.seconds
        services.json ? Terminal.line(result.json.text) : result.lines.forEach(Terminal.line)
        let mismatches = result.services.flatMap(\.report.mismatches) + result.differences
        if !mismatches.isEmpty { throw CommandFailure("\(mismatches.count) differences") }
        if result.pending > 0 { throw CommandFailure("\(result.pending) items still wait in outboxes after \(wait) s") }
    }
}
