import Contracts
import JSON
import Model

/// Counts of segments over an audience, from the call to the answer.
struct SegmentBenchmark {
    static let ruling = 1_000_000

    var platform: Platform
    var size: Int

    func run() async throws -> [Figure] {
        let tenant = try await Tenant(platform, "segments-\(size)")
        try await tenant.importContacts(size)
        let scope = AudienceScope(
            organizationID: tenant.scope.organizationID,
            clientID: tenant.scope.clientID,
            audienceID: tenant.audienceID
        )
        var figures: [Figure] = []
        for (name, rules) in Self.segments {
            let evaluate = EvaluateSegment(scope: scope, rules: rules, isCounted: true, previewLimit: 0)
            var best: Double?
            var found: Int64 = 0
            for _ in 0..<3 {
                let start = ContinuousClock.now
                found = try await platform.call(evaluate).count ?? 0
                let seconds = (ContinuousClock.now - start) / .seconds(1)
                best = min(best ?? seconds, seconds)
            }
            figures.append(
                Figure(
                    work: "Count of a segment over \(Figure.text(Double(size))) contacts: \(name)",
                    goal: size == Self.ruling ? .atMost(1) : .none,
                    value: best ?? 0,
                    unit: "s",
                    limit: nil,
                    detail: "\(Figure.text(Double(found))) contacts",
                    command: "datamailer-benchmarks segments"
                )
            )
        }
        return figures
    }

    private static let segments: [(String, JSONValue)] = [
        ("one tag", ["field": "tag", "operator": "has", "value": "customer"]),
        ("an attribute", ["field": "attributes.plan", "operator": "equals", "value": "pro"]),
        (
            "tag, attribute, subscription and engagement",
            [
                "all": [
                    ["field": "tag", "operator": "has", "value": "newsletter"],
                    ["field": "attributes.city", "operator": "in", "value": ["Berlin", "Lyon"]],
                    ["field": "subscription.client", "operator": "equals", "value": "subscribed"],
                    ["not": ["field": "last_opened_at", "operator": "within_days", "value": 30]],
                ]
            ]
        ),
    ]
}
