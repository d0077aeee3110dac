/// A row's integer id, typed by what it identifies, so that a contact's id is never passed as a campaign's.
///
/// Travels as a JSON number; ids are positive 64-bit integers (API.md, conventions).
package struct Identifier<Entity>: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package let rawValue: Int64

    package init(rawValue: Int64) { self.rawValue = rawValue }
    package init(_ rawValue: Int64) { self.rawValue = rawValue }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }

    package var description: String { String(rawValue) }
}

extension Identifier: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(Int64.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// What an ``Identifier`` can point at.
package enum Entity {
    package enum Organization {}
    package enum Audience {}
    package enum Client {}
    package enum APIKey {}
    package enum Contact {}
    package enum ImportJob {}
    package enum Campaign {}
    package enum Revision {}
    package enum Batch {}
    package enum Recipient {}
    package enum TransactionalMessage {}
}

package typealias OrganizationID = Identifier<Entity.Organization>
package typealias AudienceID = Identifier<Entity.Audience>
package typealias ClientID = Identifier<Entity.Client>
package typealias APIKeyID = Identifier<Entity.APIKey>
package typealias ContactID = Identifier<Entity.Contact>
package typealias ImportJobID = Identifier<Entity.ImportJob>
package typealias CampaignID = Identifier<Entity.Campaign>
package typealias RevisionID = Identifier<Entity.Revision>
package typealias BatchID = Identifier<Entity.Batch>
package typealias RecipientID = Identifier<Entity.Recipient>
package typealias TransactionalMessageID = Identifier<Entity.TransactionalMessage>
