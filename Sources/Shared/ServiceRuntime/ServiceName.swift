/// The services of the product, and what follows from the name: socket `run/<name>.sock`, schema `<name>`, role `datamailer_<name>`,
/// descriptor name `<name>-rpc` (gateway also `gateway-http`).
package enum ServiceName: String, CaseIterable, Sendable {
    case audience, campaign, delivery, tracking, gateway
}

extension ServiceName {
    /// Name of the RPC socket's file in the runtime directory.
    package var socketFileName: String { "\(rawValue).sock" }

    /// Name of the inherited descriptor on which the service answers RPC.
    package var descriptorName: String { "\(rawValue)-rpc" }

    /// The schema that the service owns.
    package var schema: String { rawValue }

    /// The login role that may use the schema.
    package var databaseRole: String { "datamailer_\(rawValue)" }

    /// Every statement finds its rows by key, and the tables grow from nothing faster than the server counts them.
    package var plansByKeys: Bool { self == .delivery }

    /// The operating system's user under systemd.
    package var userName: String { "datamailer-\(rawValue)" }

    /// The executable's file name.
    package var executableName: String {
        switch self {
        case .audience: "AudienceService"
        case .campaign: "CampaignService"
        case .delivery: "DeliveryService"
        case .tracking: "TrackingService"
        case .gateway: "Gateway"
        }
    }
}
