import ArgumentParser
import JSON
import ServiceRuntime

/// Starts what is due.
struct TickCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tick",
        abstract: "Asks every service to start what is due; the timer calls this every minute."
    )

    @OptionGroup var services: ServiceOptions

    func run() async throws {
        let ticker = Ticker(runtimeDirectory: services.runtimeDirectory, logger: CommandLogger.make())
        var members: [(key: String, value: JSONValue)] = []
        var lines: [String] = []
        var failures: [String] = []
        for (name, result) in await ticker.tickAll() {
            switch result {
            case .success(let due):
                members.append((key: name.rawValue, value: .number(JSONNumber(Int64(due)))))
                lines.append("\(name.rawValue): \(due) due")
            case .failure(let failure):
                failures.append("\(name.rawValue): \(failure)")
            }
        }
        services.json ? Terminal.line(JSONText.object([(key: "due", value: .object(JSONObject(members)))])) : lines.forEach(Terminal.line)
        if !failures.isEmpty { throw CommandFailure(failures.joined(separator: "\n")) }
    }
}
