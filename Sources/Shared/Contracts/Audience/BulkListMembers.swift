import JSON
import JSONRPC
import Model

/// Keeps one page of the members of a request that is too long for one call.
///
/// Idempotent by `upload` and `sequence`. Pages that no call takes are forgotten after an hour.
package struct StageListMembers: RPCMethod {
    package static let name = "audience.stageListMembers"
    package static let isIdempotent = true
    package typealias Result = Empty
    package typealias Failure = ValidationFailure
    package var organizationID: OrganizationID
    /// Random, the same for all pages of a request.
    package var upload: String
    /// From 0.
    package var sequence: Int
    package var members: [ListMemberChange]
    package init(organizationID: OrganizationID, upload: String, sequence: Int, members: [ListMemberChange]) {
        self.organizationID = organizationID
        self.upload = upload
        self.sequence = sequence
        self.members = members
    }
}

/// The pages that were kept before the call that applies them.
package struct StagedListMembers: Codable, Equatable, Sendable {
    package var upload: String
    package var pages: Int
    package init(upload: String, pages: Int) { self.upload = upload; self.pages = pages }
}

/// Makes or changes members, all or none, and the list when there is none.
///
/// Idempotent. Of members with the same key or the same address the last one counts. Failures: `members.<index>.<field>: …` for the first
/// hundred, `members: too_many|not_found`, and those of ``PutRecipientList``.
package struct UpsertListMembers: RPCMethod {
    package static let name = "audience.upsertListMembers"
    package static let isIdempotent = true
    package typealias Result = ListMembersUpserted
    package typealias Failure = ValidationFailure
    /// In one request, over all its pages.
    package static let maximumMembers = 300_000
    package var scope: AudienceScope
    package var listKey: String
    package var list: ListChange
    package var members: [ListMemberChange]
    /// Pages that come before `members`.
    package var staged: StagedListMembers?
    package init(scope: AudienceScope, listKey: String, list: ListChange, members: [ListMemberChange], staged: StagedListMembers? = nil) {
        self.scope = scope
        self.listKey = listKey
        self.list = list
        self.members = members
        self.staged = staged
    }
}

package struct ListMembersUpserted: RPCPayload, Codable, Equatable {
    package var list: RecipientListState
    package var createdCount: Int
    /// Members that were there already, changed or not.
    package var updatedCount: Int
    package init(list: RecipientListState, createdCount: Int, updatedCount: Int) {
        self.list = list
        self.createdCount = createdCount
        self.updatedCount = updatedCount
    }
}

/// Makes the list name exactly these members (or, without `removesAbsent`, at least these), all or nothing.
///
/// Idempotent. A dry run writes nothing and says the same counts. Failures as for ``UpsertListMembers``.
package struct ReconcileListMembers: RPCMethod {
    package static let name = "audience.reconcileListMembers"
    package static let isIdempotent = true
    package typealias Result = ListMembersReconciled
    package typealias Failure = ValidationFailure
    package var scope: AudienceScope
    package var listKey: String
    package var list: ListChange
    package var members: [ListMemberChange]
    package var staged: StagedListMembers?
    package var removesAbsent: Bool
    package var dryRun: Bool
    package init(
        scope: AudienceScope,
        listKey: String,
        list: ListChange,
        members: [ListMemberChange],
        staged: StagedListMembers? = nil,
        removesAbsent: Bool = true,
        dryRun: Bool = false
    ) {
        self.scope = scope
        self.listKey = listKey
        self.list = list
        self.members = members
        self.staged = staged
        self.removesAbsent = removesAbsent
        self.dryRun = dryRun
    }
}

package struct ListMembersReconciled: RPCPayload, Codable, Equatable {
    package var list: RecipientListState
    package var dryRun: Bool
    /// Members that the request names.
    package var upsertCount: Int
    package var removedCount: Int
    package init(list: RecipientListState, dryRun: Bool, upsertCount: Int, removedCount: Int) {
        self.list = list
        self.dryRun = dryRun
        self.upsertCount = upsertCount
        self.removedCount = removedCount
    }
}
