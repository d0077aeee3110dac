import Contracts
import Model
import Postgres

/// Copies new contacts with their place in the audience and their subscription into the three tables.
///
/// COPY costs the server a third less than `INSERT … SELECT` from arrays, but knows no `ON CONFLICT`: an address that another transaction
/// adds at the same moment fails it (``isRace(_:)``), and the transaction starts again without COPY.
struct NewContactCopy {
    /// Fewer new contacts than this are inserted: COPY costs round trips of its own.
    static let minimumCount = 200
    private static let chunkBytes = 128 << 10

    let scope: AudienceScope
    let merge: ContactMerge
    let importJobID: ImportJobID?
    let patches: [ContactPatch]
    /// Which of the patches, in the order of their addresses' bytes.
    let indexes: [Int]
    let tags: TagIDs

    /// Whether a copy failed because of an address that was added meanwhile.
    static func isRace(_ error: PostgresError) -> Bool { error.isUniqueViolation(of: "contacts_organization_email_key") }

    /// The id of each, in order.
    func run(_ connection: PostgresConnection) async throws -> [Int64] {
        let ids = try await connection.first(ReserveContactIDs(count: indexes.count)) ?? []
        guard ids.count == indexes.count else { throw ContactVanished() }
        let states = indexes.map { merge.merged(patches[$0], tagIDs: tags.sets[patches[$0].tagSet], into: ContactState()) }
        try await copy(
            """
            COPY audience.contacts (
                id, organization_id, email, email_original, attributes, validation_status, validation_reason, validated_at, hard_bounced_at,
                complained_at, global_unsubscribed_at, import_job_id, import_item, created_at, updated_at
            ) FROM STDIN (FORMAT binary)
            """,
            connection
        ) { row, writer in writeContact(patches[indexes[row]], ids[row], states[row].contact, &writer) }
        try await copy("COPY audience.memberships (audience_id, contact_id, tag_ids) FROM STDIN (FORMAT binary)", connection) { row, writer in
            writer.beginRow(columns: 3)
            writer.value(scope.audienceID)
            writer.value(ids[row])
            writer.value(states[row].tagIDs ?? [])
        }
        try await copy(
            """
            COPY audience.subscriptions (
                audience_id, client_id, contact_id, status, verified_at, unsubscribed_at, unsubscribe_reason, source
            ) FROM STDIN (FORMAT binary)
            """,
            connection
        ) { row, writer in
            if let subscription = states[row].subscription { writeSubscription(subscription, ids[row], &writer) }
        }
        return ids
    }

    /// Rows are made while the server takes in the ones before.
    private func copy(
        _ sql: SQL,
        _ connection: PostgresConnection,
        _ write: (Int, inout CopyBinaryWriter) -> Void
    ) async throws {
        var writer = CopyBinaryWriter()
        var row = 0
        try await connection.copyIn(sql) {
            guard row <= indexes.count else { return nil }
            while row < indexes.count, writer.count < Self.chunkBytes {
                write(row, &writer)
                row += 1
            }
            if row == indexes.count, writer.count < Self.chunkBytes {
                writer.end()
                row += 1
            }
            return writer.takeBytes()
        }
    }

    private func writeContact(_ patch: ContactPatch, _ id: Int64, _ fields: ContactFields, _ writer: inout CopyBinaryWriter) {
        writer.beginRow(columns: 15)
        writer.value(id)
        writer.value(scope.organizationID)
        writer.value(patch.email)
        writer.value(patch.emailOriginal.isEmpty ? nil : patch.emailOriginal)
        writer.value(patch.firstAttributes)
        writer.value(fields.validationStatus.rawValue)
        writer.value(fields.validationReason)
        writer.value(fields.validatedAt)
        writer.value(fields.hardBouncedAt)
        writer.value(fields.complainedAt)
        writer.value(fields.globalUnsubscribedAt)
        writer.value(importJobID)
        writer.value(patch.item == 0 ? nil : Int32(clamping: patch.item))
        writer.value(merge.now)
        writer.value(merge.now)
    }

    private func writeSubscription(_ subscription: SubscriptionFields, _ id: Int64, _ writer: inout CopyBinaryWriter) {
        writer.beginRow(columns: 8)
        writer.value(scope.audienceID)
        writer.value(scope.clientID)
        writer.value(id)
        writer.value(subscription.status.rawValue)
        writer.value(subscription.verifiedAt)
        writer.value(subscription.unsubscribedAt)
        writer.value(subscription.unsubscribeReason)
        writer.value(subscription.source)
    }
}
