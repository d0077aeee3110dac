import Contracts
import JSON
import Model

/// Recipient lists with the keys of the recorded samples, in their order.
enum RecipientListPayload {
    static let list = Payload<RecipientListState>(
        "RecipientList",
        [
            .member("key", .string) { .string($0.key) },
            .member("type", .choice(RecipientListType.self)) { .string($0.type.rawValue) },
            .member("name", .string) { .string($0.name) },
            .member("audience", .string) { .string($0.audienceSlug) },
            .member("client", .string) { .string($0.clientSlug) },
            .member("metadata", .freeObject) { $0.metadata },
            .member("member_count", .integer, "With removed ones, and those of lists below.") { .integer($0.memberCount) },
            .member("active_member_count", .integer) { .integer($0.activeMemberCount) },
            .member("last_reconciled_at", .nullable(.timestamp)) { ContactPayload.time($0.lastReconciledAt) },
            .member("created_at", .nullable(.timestamp)) { ContactPayload.time($0.createdAt) },
            .member("updated_at", .nullable(.timestamp)) { ContactPayload.time($0.updatedAt) },
        ]
    )

    static let one = Payload<RecipientListState>(
        "RecipientListAnswer",
        [.member("recipient_list", list.shape) { list.value($0) }]
    )
    static let put = Payload<RecipientListPut>(
        "RecipientListPutAnswer",
        [.member("recipient_list", list.shape) { list.value($0.list) }, .member("created", .boolean) { .bool($0.created) }]
    )
    static let deleted = Payload<RecipientListDeletion>(
        "RecipientListDeletion",
        [.member("recipient_list", list.shape) { list.value($0.list) }, .member("deleted", .boolean) { .bool($0.deleted) }]
    )

    // MARK: Members

    static let member = Payload<ListMember>(
        "RecipientListMember",
        [
            .member("source_object_key", .string) { .string($0.sourceObjectKey) },
            .member("email", .string) { .string($0.email) },
            .member("contact_id", .nullable(.id)) { $0.contactID.map { .integer($0.rawValue) } ?? .null },
            .member("status", .choice(["active", "removed"])) { .string($0.isActive ? "active" : "removed") },
            .member("active", .boolean) { .bool($0.isActive) },
            .member("removed_at", .nullable(.timestamp)) { ContactPayload.time($0.removedAt) },
            .member("metadata", .freeObject, "With `membership_reasons` when lists below name the member.") { $0.metadata },
            .member("created_at", .nullable(.timestamp)) { ContactPayload.time($0.createdAt) },
            .member("updated_at", .nullable(.timestamp)) { ContactPayload.time($0.updatedAt) },
        ]
    )

    static let memberPut = Payload<ListMemberPut>(
        "RecipientListMemberPutAnswer",
        [
            .member("recipient_list", list.shape) { list.value($0.list) },
            .member("member", member.shape) { member.value($0.member) },
            .member("created", .boolean) { .bool($0.created) },
        ]
    )
    static let memberRemoval = Payload<ListMemberRemoval>(
        "RecipientListMemberRemoval",
        [
            .member("recipient_list", list.shape) { list.value($0.list) },
            .member("member", member.shape) { member.value($0.member) },
            .member("removed", .boolean) { .bool($0.removed) },
        ]
    )
    static let page = Payload<ListMemberPage>(
        "RecipientListMemberPage",
        [
            .member("recipient_list", list.shape) { list.value($0.list) },
            .member("members", .list(of: member.shape)) { .array($0.members.map { member.value($0) }) },
            .member("count", .integer, "Of this page.") { .integer($0.members.count) },
            .member("has_more", .boolean) { .bool($0.next != nil) },
            .member("next_cursor", .nullable(.string)) { $0.next.map { .string(ListCursor.encode($0.rawValue)) } ?? .null },
        ]
    )
    static let upserted = Payload<ListMembersUpserted>(
        "RecipientListBulkAnswer",
        [
            .member("recipient_list", list.shape) { list.value($0.list) },
            .member("created_count", .integer) { .integer($0.createdCount) },
            .member("updated_count", .integer) { .integer($0.updatedCount) },
        ]
    )
    static let reconciled = Payload<ListMembersReconciled>(
        "RecipientListReconciliation",
        [
            .member("recipient_list", list.shape) { list.value($0.list) },
            .member("dry_run", .boolean) { .bool($0.dryRun) },
            .member("upsert_count", .integer) { .integer($0.upsertCount) },
            .member("removed_count", .integer) { .integer($0.removedCount) },
        ]
    )
}

/// Where a page of a list ended, as text that says nothing to anybody else.
enum ListCursor {
    static func encode(_ id: Int64) -> String { "m" + String(id, radix: 36) }

    /// Nil for what is no cursor of ours.
    static func decode(_ text: String) -> Int64? {
        guard text.first == "m", text.utf8.count <= 14, let id = Int64(text.dropFirst(), radix: 36), id >= 0 else { return nil }
        return id
    }
}
