import Contracts
import JSON
import Model
import Postgres

/// Records an erasure, which then waits for the answers of the other services.
struct AddErasure: Statement {
    static let sample = Self(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(1)), contactID: ContactID(1), counts: "{}")
    var scope: ClientScope
    var contactID: ContactID
    /// An object of numbers.
    var counts: String
    var sql: SQL {
        """
        INSERT INTO audience.erasures (organization_id, client_id, contact_id, counts)
        VALUES (\(scope.organizationID), \(scope.clientID), \(contactID), \(RawJSONText(counts)))
        """
    }
}

/// What an erasure removed so far.
struct ErasureByContact: Statement {
    struct Output: Sendable {
        var counts: JSONValue
        var campaign: JSONValue?
        var delivery: JSONValue?
        var tracking: JSONValue?
    }

    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        SELECT erasures.counts, erasures.campaign, erasures.delivery, erasures.tracking
        FROM audience.erasures
        WHERE erasures.organization_id = \(organizationID) AND erasures.contact_id = \(contactID)
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            counts: try row.decode("counts"),
            campaign: try row.decodeIfPresent("campaign"),
            delivery: try row.decodeIfPresent("delivery"),
            tracking: try row.decodeIfPresent("tracking")
        )
    }
}

/// Stores what another service answered to an erasure.
struct RecordErasureAnswer: Statement {
    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1), service: "", answer: RawJSONText("{}"))
    var organizationID: OrganizationID
    var contactID: ContactID
    var service: String
    var answer: RawJSONText
    var sql: SQL {
        """
        UPDATE audience.erasures
        SET campaign = CASE WHEN \(service) = 'campaign' THEN \(answer)::jsonb ELSE erasures.campaign END,
            delivery = CASE WHEN \(service) = 'delivery' THEN \(answer)::jsonb ELSE erasures.delivery END,
            tracking = CASE WHEN \(service) = 'tracking' THEN \(answer)::jsonb ELSE erasures.tracking END
        WHERE erasures.organization_id = \(organizationID) AND erasures.contact_id = \(contactID)
        """
    }
}
