import Contracts
import Cryptography
import Model
import Postgres

/// Columns of different length, from a caller that should know better.
struct UnequalColumns: Error {}

extension AudienceHandlers {
    /// One statement; another one for each organization with new addresses.
    func prepareTransactional(_ request: PrepareTransactional) async throws -> PreparedTransactional {
        let count = request.emails.count
        let columns = [
            request.organizationIDs.count, request.clientIDs.count, request.originals.count, request.senderIDs.count,
            request.audienceIDs.count, request.categoryTags.count, request.creates.count,
        ]
        guard count <= PrepareTransactional.maximumMessages, columns.allSatisfy({ $0 == count }) else { throw UnequalColumns() }
        var rows: [TransactionalRecipients.Output] = []
        // An address that another call adds at this moment is there when it is looked up again.
        for _ in 0..<4 {
            rows = try await database.run(TransactionalRecipients(request: request))
            let isComplete = try await addContacts(&rows, request)
            if isComplete { break }
        }
        var prepared = PreparedTransactional()
        for row in rows {
            prepared.contactIDs.append(row.contactID ?? 0)
            prepared.refusals.append(row.refusal)
            prepared.senderIDs.append(row.senderID)
            prepared.senders.append(row.sender)
        }
        return prepared
    }

    func checkTransactional(_ request: CheckTransactional) async throws -> TransactionalRefusals {
        let count = request.contactIDs.count
        let columns = [
            request.organizationIDs.count, request.clientIDs.count, request.audienceIDs.count, request.categoryTags.count,
        ]
        guard count <= PrepareTransactional.maximumMessages, columns.allSatisfy({ $0 == count }) else { throw UnequalColumns() }
        guard count > 0 else { return TransactionalRefusals(reasons: []) }
        return TransactionalRefusals(reasons: try await database.run(TransactionalRefusalsByContact(request: request)))
    }

    /// Adds the contacts that are missing and wanted, and notes the addresses of erased people.
    ///
    /// - Returns: false when somebody else added one of them meanwhile.
    private func addContacts(_ rows: inout [TransactionalRecipients.Output], _ request: PrepareTransactional) async throws -> Bool {
        let missing = rows.indices.filter { rows[$0].contactID == nil }
        guard !missing.isEmpty else { return true }
        var isComplete = true
        for (organization, indexes) in Dictionary(grouping: missing, by: { request.organizationIDs[rows[$0].index] }).sorted(by: { $0.key < $1.key })
        {
            let organizationID = OrganizationID(organization)
            let erased = try await erasedEmails(rows, indexes, request, organizationID)
            for index in indexes where erased.contains(request.emails[rows[index].index]) { rows[index].refusal = "erased" }
            let wanted = indexes.filter { rows[$0].refusal.isEmpty && request.creates[rows[$0].index] && !rows[$0].sender.isEmpty }
            guard !wanted.isEmpty else { continue }
            let added = try await insert(wanted.map { rows[$0].index }, request, organizationID)
            for index in wanted {
                rows[index].contactID = added[request.emails[rows[index].index]]
                if rows[index].contactID == nil { isComplete = false }
            }
        }
        return isComplete
    }

    private func insert(_ indexes: [Int], _ request: PrepareTransactional, _ organizationID: OrganizationID) async throws -> [String: Int64] {
        var originals: [String: String] = [:]
        for index in indexes where originals[request.emails[index]] == nil { originals[request.emails[index]] = request.originals[index] }
        // In the order of their bytes, so that two calls meet in one order.
        let new = originals.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        let added = try await database.run(
            InsertContacts(
                organizationID: organizationID,
                importJobID: nil,
                now: Timestamp.now(),
                emails: new.map(\.key),
                originals: new.map(\.value),
                attributes: new.map { _ in RawJSONText("{}") },
                items: new.map { _ in 0 }
            )
        )
        return Dictionary(added.map { ($0.email, $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    private func erasedEmails(
        _ rows: [TransactionalRecipients.Output],
        _ indexes: [Int],
        _ request: PrepareTransactional,
        _ organizationID: OrganizationID
    ) async throws -> Set<String> {
        guard let hex = indexes.first.map({ rows[$0].tombstoneKey }), let key = Hexadecimal.decode(hex), !key.isEmpty else { return [] }
        let code = HMACSHA256.Key(key)
        let emails = Set(indexes.map { request.emails[rows[$0].index] })
        let hashes = Dictionary(
            emails.map { (Hexadecimal.encode(code.authenticationCode(for: Array($0.utf8))), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let found = try await database.run(TombstonesByHash(organizationID: organizationID, hashes: Array(hashes.keys)))
        return Set(found.compactMap { hashes[$0] })
    }
}
