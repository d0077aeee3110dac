import Contracts
import Model
import Postgres

/// How many contacts a selection has; put together from the rules and planned for them.
struct CountSelection: Statement {
    static let isTextFixed = false
    static let sample = Self(scope: SegmentByKey.sample.scope, selection: CandidateSelection())
    var scope: AudienceScope
    var selection: CandidateSelection
    var sql: SQL {
        """
        SELECT count(*) AS count
        \(fragment: selection.source(scope, joinsContacts: selection.rules?.needsContacts ?? false))
        WHERE \(fragment: selection.condition(scope, after: ContactID(0)))
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("count") }
}

/// Memory for the joins of one count: a million contacts in few pieces, and no compiling of a query that runs once.
struct PlanForCounting: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT set_config('work_mem', '48MB', true), set_config('jit', 'off', true)" }
}

/// The first contacts of a selection.
struct PreviewSelection: Statement {
    static let isTextFixed = false
    static let sample = Self(scope: SegmentByKey.sample.scope, selection: CandidateSelection(), limit: 1)
    var scope: AudienceScope
    var selection: CandidateSelection
    var limit: Int
    var sql: SQL {
        """
        SELECT contacts.id, contacts.email, audience.marketing_refusal(contacts, memberships, subscriptions, false) AS refusal
        \(fragment: selection.source(scope))
        WHERE \(fragment: selection.condition(scope, after: ContactID(0)))
        ORDER BY \(fragment: selection.order)
        LIMIT \(limit)
        """
    }
    func decode(_ row: Row) throws -> SegmentContact {
        SegmentContact(
            id: try row.decode("id"),
            email: try row.decode("email"),
            refusal: try row.decodeIfPresent("refusal", as: String.self).flatMap { SkipReason(rawValue: $0) }
        )
    }
}
