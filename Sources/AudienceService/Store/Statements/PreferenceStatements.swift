import Contracts
import Model
import Postgres

/// The categories that a contact has chosen about, by tag.
struct PreferencesOfContact: Statement {
    static let sample = Self(scope: ContactStatusesByID.sample.scope, contactID: ContactID(1))
    var scope: AudienceScope
    var contactID: ContactID
    var sql: SQL {
        """
        SELECT preferences.category_tag, preferences.label, preferences.enabled
        FROM audience.category_preferences AS preferences
        WHERE preferences.contact_id = \(contactID) AND preferences.audience_id = \(scope.audienceID)
            AND preferences.client_id = \(scope.clientID)
        ORDER BY preferences.category_tag
        """
    }

    func decode(_ row: Row) throws -> CategoryPreference {
        CategoryPreference(tag: try row.decode("category_tag"), label: try row.decode("label"), enabled: try row.decode("enabled"))
    }
}

/// Stores a contact's choices; those that are so already are not written, and an empty label keeps the stored one.
///
/// The caller holds the contact's lock.
struct UpsertPreferences: Statement {
    static let sample = Self(
        scope: ContactStatusesByID.sample.scope,
        contactID: ContactID(1),
        categories: [],
        reason: "",
        now: Timestamp(microseconds: 0)
    )
    var scope: AudienceScope
    var contactID: ContactID
    var categories: [CategoryPreference]
    var reason: String
    var now: Timestamp
    var sql: SQL {
        """
        INSERT INTO audience.category_preferences (
            contact_id, audience_id, client_id, category_tag, label, enabled, reason, updated_at
        )
        SELECT \(contactID), \(scope.audienceID), \(scope.clientID), x.tag, x.label, x.enabled, \(reason), \(now)
        FROM unnest(
            \(categories.map(\.tag))::text[], \(categories.map { $0.label ?? "" })::text[], \(categories.map(\.enabled))::boolean[]
        ) AS x (tag, label, enabled)
        ON CONFLICT (contact_id, audience_id, client_id, category_tag) DO UPDATE
        SET label = CASE WHEN EXCLUDED.label = '' THEN category_preferences.label ELSE EXCLUDED.label END,
            enabled = EXCLUDED.enabled,
            reason = EXCLUDED.reason,
            updated_at = EXCLUDED.updated_at
        WHERE category_preferences.enabled <> EXCLUDED.enabled
            OR EXCLUDED.label <> '' AND category_preferences.label <> EXCLUDED.label
        """
    }
}
