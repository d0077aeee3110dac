import Model
import Postgres

/// Takes an erased contact from all lists of its organization.
enum ListErasure {
    /// Runs in the transaction that erases the contact, after its row was locked.
    ///
    /// - Returns: how many rows of members were deleted, of lists above too.
    static func erase(_ contactID: ContactID, of organizationID: OrganizationID, _ connection: PostgresConnection) async throws -> Int {
        try await connection.execute(LockListTrees(organizationID: organizationID))
        return Int(try await connection.first(EraseListMembers(organizationID: organizationID, contactID: contactID)) ?? 0)
    }
}
