import Contracts
import Model
import Postgres

/// One page of a campaign's candidates, read along the audience's key.
struct CandidatePageRows: Statement {
    /// Which merge fields go along.
    enum Fields: Int32, Sendable { case none, all, named }

    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        includeTagIDs: [],
        excludeTagIDs: [],
        categoryTag: "",
        after: ContactID(0),
        limit: 1,
        fields: .all,
        attributeNames: []
    )
    var scope: AudienceScope
    var includeTagIDs: [Int32]
    var excludeTagIDs: [Int32]
    var categoryTag: String
    var after: ContactID
    var limit: Int
    var fields: Fields
    var attributeNames: [String]

    struct Output: Sendable {
        var id: Int64
        var email: String
        var skipReason: String
        var mergeFields: String
    }

    var sql: SQL {
        """
        SELECT contacts.id, contacts.email,
            coalesce(audience.marketing_refusal(contacts, memberships, subscriptions, NOT preferences.enabled), '') AS skip_reason,
            CASE \(fields.rawValue)::integer
                WHEN 0 THEN '{}'
                WHEN 1 THEN jsonb_build_object('attributes', contacts.attributes)::text
                ELSE jsonb_build_object(
                    'attributes',
                    (
                        SELECT coalesce(jsonb_object_agg(member.key, member.value), '{}')
                        FROM jsonb_each(contacts.attributes) AS member
                        WHERE member.key = ANY(\(attributeNames)::text[])
                    )
                )::text
            END AS merge_fields
        FROM audience.memberships
        JOIN audience.contacts ON contacts.id = memberships.contact_id AND contacts.organization_id = \(scope.organizationID)
        LEFT JOIN audience.subscriptions ON subscriptions.audience_id = memberships.audience_id
            AND subscriptions.client_id = \(scope.clientID) AND subscriptions.contact_id = memberships.contact_id
        LEFT JOIN audience.category_preferences AS preferences ON preferences.contact_id = memberships.contact_id
            AND preferences.audience_id = memberships.audience_id AND preferences.client_id = \(scope.clientID)
            AND preferences.category_tag = \(categoryTag)
        WHERE memberships.audience_id = \(scope.audienceID) AND memberships.contact_id > \(after)
            AND memberships.tag_ids @> \(includeTagIDs)::integer[] AND NOT memberships.tag_ids && \(excludeTagIDs)::integer[]
            AND (subscriptions.contact_id IS NOT NULL OR memberships.status IS NOT NULL)
        ORDER BY memberships.contact_id
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> Output {
        Output(
            id: try row.decode("id"),
            email: try row.decode("email"),
            skipReason: try row.decode("skip_reason"),
            mergeFields: try row.decode("merge_fields")
        )
    }
}
