import Contracts
import JSON
import ServiceRuntime

/// Everything that `verify` found.
struct VerifyResult: Sendable {
    var services: [ServiceReport]
    /// Between services.
    var differences: [String] = []
    /// Items that still wait in outboxes.
    var pending = 0
    /// How far the slowest outbox lay behind at the beginning.
    var oldestWaitingSeconds = 0
    var waitedSeconds: Int64 = 0

    init(services: [ServiceReport]) { self.services = services }

    var json: JSONValue {
        let members = services.map { service in
            (
                key: service.name.rawValue,
                value: Self.object([
                    ("checked", Self.number(service.report.checked)),
                    ("outbox_pending", Self.number(service.report.outboxPending)),
                    ("oldest_waiting_seconds", Self.number(service.report.oldestWaitingSeconds ?? 0)),
                    ("mismatches", .array(service.report.mismatches.map { .string($0) })),
                ])
            )
        }
        return Self.object([
            ("waited_seconds", .number(JSONNumber(waitedSeconds))),
            ("lag_seconds", Self.number(oldestWaitingSeconds)),
            ("outbox_pending", Self.number(pending)),
            ("differences", .array(differences.map { .string($0) })),
            ("services", .object(JSONObject(members))),
        ])
    }

    var lines: [String] {
        var lines: [String] = []
        for service in services {
            let report = service.report
            lines.append("\(service.name.rawValue): \(report.checked) checked, \(report.mismatches.count) differ, \(report.outboxPending) waiting")
            lines += report.mismatches.map { "  \($0)" }
        }
        lines.append("between services: \(differences.count) differ")
        lines += differences.map { "  \($0)" }
        lines.append("the oldest waiting item was \(oldestWaitingSeconds) s old; waited \(waitedSeconds) s for outboxes")
        return lines
    }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONObject(members.map { (key: $0.0, value: $0.1) }))
    }

    private static func number(_ value: Int) -> JSONValue { .number(JSONNumber(Int64(value))) }
}
