/// A schema as a type, so that each schema has statement types of its own: a statement is prepared under its type and must have
/// one text.
protocol SchemaTag: Sendable {
    static var name: StaticString { get }
}

enum AudienceSchema: SchemaTag { static let name: StaticString = "audience" }
enum CampaignSchema: SchemaTag { static let name: StaticString = "campaign" }
enum DeliverySchema: SchemaTag { static let name: StaticString = "delivery" }
enum TrackingSchema: SchemaTag { static let name: StaticString = "tracking" }
enum GatewaySchema: SchemaTag { static let name: StaticString = "gateway" }

extension ServiceName {
    /// The type that stands for the service's schema.
    var schemaTag: any SchemaTag.Type {
        switch self {
        case .audience: AudienceSchema.self
        case .campaign: CampaignSchema.self
        case .delivery: DeliverySchema.self
        case .tracking: TrackingSchema.self
        case .gateway: GatewaySchema.self
        }
    }

    /// The service that owns a schema.
    ///
    /// Another name is a programmer's error and stops the process.
    init(schema: StaticString) {
        guard let name = ServiceName(rawValue: schema.description) else { preconditionFailure("no service has a schema of this name") }
        self = name
    }
}
