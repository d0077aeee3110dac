import Contracts
import Cryptography
import Model
import Postgres

extension ContactWriter {
    /// Adds contacts with their membership and subscription; leaves out those that another transaction added meanwhile.
    func add(_ indexes: [Int], of patches: [ContactPatch], _ tags: TagIDs) async throws -> [(Int, Int64)] {
        guard !indexes.isEmpty else { return [] }
        if copies, indexes.count >= NewContactCopy.minimumCount {
            let copy = NewContactCopy(scope: scope, merge: merge, importJobID: importJobID, patches: patches, indexes: indexes, tags: tags)
            return Array(zip(indexes, try await copy.run(connection)))
        }
        let added = try await connection.run(
            InsertContacts(
                organizationID: scope.organizationID,
                importJobID: importJobID,
                now: merge.now,
                emails: indexes.map { patches[$0].email },
                originals: indexes.map { patches[$0].emailOriginal },
                attributes: indexes.map { patches[$0].storedAttributes },
                items: indexes.map { Int32(clamping: patches[$0].item) }
            )
        )
        let placed = place(added, indexes, patches)
        var changes = ContactChanges(merge: merge)
        for (index, id) in placed { changes.addNew(id, patches[index], tags) }
        let statements = changes.statements(scope)
        if !statements.isEmpty { try await connection.pipeline(statements) }
        return placed
    }

    /// Rows come back in the order in which they went in, with gaps.
    private func place(_ added: [InsertContacts.Output], _ indexes: [Int], _ patches: [ContactPatch]) -> [(Int, Int64)] {
        var placed: [(Int, Int64)] = []
        placed.reserveCapacity(added.count)
        var unplaced: [String: Int64] = [:]
        var next = added.startIndex
        for index in indexes where next < added.endIndex && added[next].email == patches[index].email {
            placed.append((index, added[next].id))
            next += 1
        }
        guard next < added.endIndex else { return placed }
        for row in added[next...] { unplaced[row.email] = row.id }
        for index in indexes {
            if let id = unplaced.removeValue(forKey: patches[index].email) { placed.append((index, id)) }
        }
        return placed
    }

    /// Which of the addresses belong to people who were erased.
    func erased(_ patches: [ContactPatch], _ indexes: [Int]) async throws -> [Int] {
        guard !indexes.isEmpty, let key = Hexadecimal.decode(known.tombstoneKey), !key.isEmpty else { return [] }
        let code = HMACSHA256.Key(key)
        let hashes = indexes.map { Hexadecimal.encode(code.authenticationCode(for: Array(patches[$0].email.utf8))) }
        let found = Set(try await connection.run(TombstonesByHash(organizationID: scope.organizationID, hashes: hashes)))
        return zip(indexes, hashes).filter { found.contains($0.1) }.map(\.0)
    }
}
