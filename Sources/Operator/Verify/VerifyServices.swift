import Contracts
import ServiceRuntime

/// The services' own recounts.
struct VerifyServices: Sendable {
    let services: ServiceOptions

    func reports() async throws -> [ServiceReport] {
        [
            ServiceReport(name: .audience, report: try await services.call(.audience, AudienceVerify(), deadline: .seconds(120))),
            ServiceReport(name: .campaign, report: try await services.call(.campaign, CampaignVerify(), deadline: .seconds(120))),
            ServiceReport(name: .delivery, report: try await services.call(.delivery, DeliveryVerify(), deadline: .seconds(120))),
            ServiceReport(name: .tracking, report: try await services.call(.tracking, TrackingVerify(), deadline: .seconds(120))),
            ServiceReport(name: .gateway, report: try await services.call(.gateway, GatewayVerify(), deadline: .seconds(120))),
        ]
    }

    /// How many items wait in all outboxes; recounts nothing.
    func pending() async throws -> Int {
        let counts = [
            try await waiting(.audience, AudienceVerify()), try await waiting(.campaign, CampaignVerify()),
            try await waiting(.delivery, DeliveryVerify()), try await waiting(.tracking, TrackingVerify()),
            try await waiting(.gateway, GatewayVerify()),
        ]
        return counts.reduce(0, +)
    }

    private func waiting<Method: VerifyMethod>(_ name: ServiceName, _ method: Method) async throws -> Int {
        var method = method
        method.onlyWaiting = true
        return try await services.call(name, method, deadline: .seconds(30)).outboxPending
    }
}

/// What one service found.
struct ServiceReport: Sendable {
    var name: ServiceName
    var report: VerifyReport
}
