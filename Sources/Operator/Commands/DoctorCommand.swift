import ArgumentParser
import JSON
import ServiceRuntime

/// Looks at everything that has to be right.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks what has to be right for mail to flow; says what to do about the rest. Exit status 1 when a check fails."
    )

    @OptionGroup var services: ServiceOptions

    func run() async throws {
        let findings = await Doctor(services: services, reader: try await RuntimeConfiguration.reader()).examine()
        if services.json {
            let list = findings.map { finding in
                JSONValue.object(
                    JSONObject([
                        (key: "check", value: .string(finding.check)), (key: "result", value: .string(finding.result.rawValue)),
                        (key: "text", value: .string(finding.text)),
                    ])
                )
            }
            Terminal.line(JSONText.object([(key: "findings", value: .array(list))]))
        } else {
            for finding in findings { Terminal.line("\(finding.result.rawValue)\t\(finding.check): \(finding.text)") }
        }
        let failures = findings.filter { $0.result == .fail }.count
        if failures > 0 { throw CommandFailure("\(failures) of \(findings.count) checks failed") }
    }
}
