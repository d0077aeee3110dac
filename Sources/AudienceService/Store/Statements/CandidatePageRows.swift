import Contracts
import JSON
import Model
import Postgres

/// One page of a campaign's candidates as columns, read along the key of the audience, or of a list.
///
/// Postgres makes the columns: a row for each candidate would be ten thousand small values to decode. The text varies with what is asked for,
/// because what is not asked for should cost nothing: a page is planned for its own parameters anyway. It ends before the candidate that would
/// bring it over ``maximumBytes``, so that its size does not grow with what contacts carry; the first candidate always stands in it.
struct CandidatePageRows: Statement {
    static let isTextFixed = false
    static let sample = Self(
        scope: AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(1), audienceID: AudienceID(1)),
        selection: CandidateSelection(),
        categoryTag: "",
        after: ContactID(0),
        limit: 1,
        attributeNames: nil,
        wantsMember: false
    )
    /// Of addresses and merge fields together; as JSON inside a JSON text they take up to twice as much of the line.
    static let maximumBytes: Int64 = 4 << 20
    /// More names than this are picked out of the object by a sub-query.
    static let maximumNames = 50

    var scope: AudienceScope
    var selection: CandidateSelection
    var categoryTag: String
    var after: ContactID
    var limit: Int
    /// nil: all.
    var attributeNames: [String]?
    var wantsMember: Bool

    var sql: SQL {
        """
        SELECT coalesce(array_agg(sized.id) FILTER (WHERE sized.fits), '{}') AS ids,
            coalesce(string_agg(sized.email, chr(10)) FILTER (WHERE sized.fits) || chr(10), '') AS emails,
            coalesce(string_agg(sized.skip_reason, chr(10)) FILTER (WHERE sized.fits) || chr(10), '') AS skip_reasons,
            coalesce(string_agg(sized.merge_fields, chr(10)) FILTER (WHERE sized.fits) || chr(10), '') AS merge_fields,
            count(*) AS row_count
        FROM (
            SELECT page.id, page.email, page.skip_reason, page.merge_fields,
                row_number() OVER places = 1
                    OR sum(octet_length(page.email) + octet_length(page.merge_fields)) OVER places <= \(Self.maximumBytes) AS fits
            FROM (
                SELECT contacts.id, contacts.email,
                    coalesce(audience.marketing_refusal(contacts, memberships, subscriptions, \(fragment: isCategoryDisabled)), '') AS skip_reason,
                    \(fragment: mergeFields) AS merge_fields
                \(fragment: selection.source(scope))
                \(fragment: preferences)
                WHERE \(fragment: selection.condition(scope, after: after))
                ORDER BY \(fragment: selection.order)
                LIMIT \(limit)
            ) AS page
            WINDOW places AS (ORDER BY page.id ROWS UNBOUNDED PRECEDING)
        ) AS sized
        """
    }

    func decode(_ row: Row) throws -> CandidatePage {
        var page = CandidatePage(
            contactIDs: try row.decode("ids"),
            emails: TextColumn(joined: try row.decode("emails")),
            skipReasons: TextColumn(joined: try row.decode("skip_reasons")),
            mergeFields: TextColumn(joined: try row.decode("merge_fields")),
            next: nil
        )
        let found: Int = try row.decode("row_count")
        if found == limit || found > page.contactIDs.count { page.next = page.contactIDs.last.map { ContactID($0) } }
        return page
    }

    private var isCategoryDisabled: SQL { categoryTag.isEmpty ? "false" : "NOT preferences.enabled" }

    private var preferences: SQL {
        guard !categoryTag.isEmpty else { return "" }
        return """
            LEFT JOIN audience.category_preferences AS preferences ON preferences.contact_id = contacts.id
                AND preferences.audience_id = \(scope.audienceID) AND preferences.client_id = \(scope.clientID)
                AND preferences.category_tag = \(categoryTag)
            """
    }

    /// The text of a JSON object; put together as text, which costs a third of building it from values.
    private var mergeFields: SQL {
        let member: SQL? = wantsMember && selection.listID != nil ? "'\"member\": ' || list_members.metadata::text" : nil
        switch (attributes, member) {
        case (nil, nil): return "'{}'"
        case (let part?, nil), (nil, let part?): return "'{' || \(fragment: part) || '}'"
        case (let attributes?, let member?): return "'{' || \(fragment: attributes) || ', ' || \(fragment: member) || '}'"
        }
    }

    private var attributes: SQL? {
        guard let names = attributeNames else { return "'\"attributes\": ' || contacts.attributes::text" }
        guard let first = names.first else { return nil }
        guard names.count <= Self.maximumNames else { return attributesByQuery(names) }
        let members = names.dropFirst().reduce(Self.attribute(first)) { "\(fragment: $0), \(fragment: Self.attribute($1))" }
        return "'\"attributes\": {' || concat_ws(', ', \(fragment: members)) || '}'"
    }

    /// NULL, which `concat_ws` leaves out, for an attribute that the contact does not have.
    private static func attribute(_ name: String) -> SQL {
        "\(JSONValue.string(name).text + ": ")::text || (contacts.attributes -> \(name)::text)::text"
    }

    private func attributesByQuery(_ names: [String]) -> SQL {
        """
        '"attributes": ' || (
            SELECT coalesce(jsonb_object_agg(member.key, member.value), '{}')
            FROM jsonb_each(contacts.attributes) AS member
            WHERE member.key = ANY(\(names)::text[])
        )::text
        """
    }
}
