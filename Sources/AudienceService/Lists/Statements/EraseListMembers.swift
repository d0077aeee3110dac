import Model
import Postgres

/// Deletes a contact's rows in every list of its organization, with their counts; the trees are locked (``LockListTrees``).
struct EraseListMembers: Statement {
    static let sample = Self(organizationID: OrganizationID(1), contactID: ContactID(1))
    var organizationID: OrganizationID
    var contactID: ContactID
    var sql: SQL {
        """
        WITH gone AS (
            DELETE FROM audience.list_members
            USING audience.recipient_lists, audience.list_trees
            WHERE list_trees.organization_id = \(organizationID) AND recipient_lists.audience_id = list_trees.audience_id
                AND recipient_lists.client_id = list_trees.client_id
                AND list_members.list_id = recipient_lists.id AND list_members.contact_id = \(contactID)
            RETURNING list_members.list_id, list_members.active
        ), counted AS (
            UPDATE audience.recipient_lists
            SET member_count = member_count - 1, active_member_count = active_member_count - gone.active::integer, updated_at = now()
            FROM gone
            WHERE recipient_lists.id = gone.list_id
        )
        SELECT count(*) AS gone
        FROM gone
        """
    }

    func decode(_ row: Row) throws -> Int64 { try row.decode("gone") }
}
