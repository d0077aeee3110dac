import Contracts
import Model
import Postgres

/// Whom a campaign, a count or a preview is about: contacts of the audience that have to do with the client, or members of a list; with tags
/// and rules.
struct CandidateSelection: Sendable {
    var includeTagIDs: [Int32] = []
    var excludeTagIDs: [Int32] = []
    /// Members of this list instead of the whole audience.
    var listID: Int64?
    var rules: CompiledRules?

    /// FROM with `contacts` (unless nobody asks for it), `memberships` and `subscriptions`, and what the rules need beside them.
    func source(_ scope: AudienceScope, joinsContacts: Bool = true) -> SQL {
        guard listID == nil else {
            return """
                FROM audience.list_members
                JOIN audience.contacts ON contacts.id = list_members.contact_id AND contacts.organization_id = \(scope.organizationID)
                LEFT JOIN audience.memberships ON memberships.audience_id = \(scope.audienceID)
                    AND memberships.contact_id = list_members.contact_id
                LEFT JOIN audience.subscriptions ON subscriptions.audience_id = \(scope.audienceID)
                    AND subscriptions.client_id = \(scope.clientID) AND subscriptions.contact_id = list_members.contact_id
                \(fragment: engagement(scope, of: "list_members.contact_id"))
                """
        }
        let contacts: SQL =
            joinsContacts
            ? "JOIN audience.contacts ON contacts.id = memberships.contact_id AND contacts.organization_id = \(scope.organizationID)" : ""
        return """
            FROM audience.memberships
            \(fragment: contacts)
            LEFT JOIN audience.subscriptions ON subscriptions.audience_id = \(scope.audienceID)
                AND subscriptions.client_id = \(scope.clientID) AND subscriptions.contact_id = memberships.contact_id
            \(fragment: engagement(scope, of: "memberships.contact_id"))
            """
    }

    private func engagement(_ scope: AudienceScope, of contact: SQL) -> SQL {
        guard rules?.needsEngagement == true else { return "" }
        return """
            LEFT JOIN audience.engagement ON engagement.contact_id = \(fragment: contact) AND engagement.audience_id = \(scope.audienceID)
            """
    }

    /// WHERE, behind a contact.
    func condition(_ scope: AudienceScope, after: ContactID) -> SQL {
        let place: SQL
        if let listID {
            place = "list_members.list_id = \(listID) AND list_members.active AND list_members.contact_id > \(after)"
        } else {
            place = """
                memberships.audience_id = \(scope.audienceID) AND memberships.contact_id > \(after)
                    AND (subscriptions.contact_id IS NOT NULL OR memberships.status IS NOT NULL)
                """
        }
        return "\(fragment: place) \(fragment: tags) \(fragment: rules.map { "AND \(fragment: $0.condition)" } ?? "")"
    }

    /// The key along which the rows are read.
    var order: SQL { listID == nil ? "memberships.contact_id" : "list_members.contact_id" }

    private var tags: SQL {
        let include: SQL = includeTagIDs.isEmpty ? "" : "AND coalesce(memberships.tag_ids @> \(includeTagIDs)::integer[], false)"
        let exclude: SQL = excludeTagIDs.isEmpty ? "" : "AND NOT coalesce(memberships.tag_ids && \(excludeTagIDs)::integer[], false)"
        return "\(fragment: include) \(fragment: exclude)"
    }
}

/// A segment's rules as SQL over `contacts`, `memberships`, `subscriptions` and `engagement`.
struct CompiledRules: Sendable {
    var condition: SQL
    var needsContacts: Bool
    var needsEngagement: Bool
}
