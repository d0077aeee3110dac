import Contracts
import Cryptography
import Email
import JSONRPC
import Model
import Postgres

extension AudienceHandlers {
    func applyProviderSuppression(_ request: ApplyProviderSuppression) async throws -> AppliedProviderSuppression {
        guard request.events.count <= ApplyProviderSuppression.maximumEvents else { throw TooManySuppressions() }
        let events = request.events.map(Self.storable)
        guard !events.isEmpty else { return AppliedProviderSuppression(applied: 0) }
        return try await database.retriedTransaction { connection in
            let fresh = Set(try await connection.run(RecordProviderSuppressions(events: events)))
            // An address that no contact can have has nobody to suppress; the event is written down all the same.
            let named = events.filter { fresh.contains($0.eventID) }.compactMap { event in
                (try? EmailAddress(event.address)).map { (event: event, email: $0.normalized) }
            }
            let kept = try await notErased(named, connection)
            if !kept.isEmpty {
                try await connection.execute(
                    AddSuppressedContacts(organizationIDs: kept.map(\.event.organizationID.rawValue), emails: kept.map(\.email))
                )
                try await connection.execute(SuppressContacts(events: kept.map(\.event), emails: kept.map(\.email)))
            }
            return AppliedProviderSuppression(applied: fresh.count)
        }
    }

    /// An erased person is not mailed anyway, and must not come back as a contact.
    private func notErased(
        _ named: [(event: ProviderSuppression, email: String)],
        _ connection: PostgresConnection
    ) async throws -> [(event: ProviderSuppression, email: String)] {
        guard !named.isEmpty else { return [] }
        let organizations = Set(named.map(\.event.organizationID.rawValue)).sorted()
        var codes: [Int64: HMACSHA256.Key] = [:]
        for found in try await connection.run(TombstoneKeys(organizationIDs: organizations)) {
            codes[found.organizationID] = Hexadecimal.decode(found.key).map { HMACSHA256.Key($0) }
        }
        guard !codes.isEmpty else { return named }
        let hashed = named.indices.compactMap { index in
            codes[named[index].event.organizationID.rawValue].map { code in
                (index: index, hash: Hexadecimal.encode(code.authenticationCode(for: Array(named[index].email.utf8))))
            }
        }
        let positions = try await connection.run(
            ErasedAddresses(organizationIDs: hashed.map { named[$0.index].event.organizationID.rawValue }, hashes: hashed.map(\.hash))
        )
        let erased = Set(positions.map { hashed[Int($0) - 1].index })
        return named.indices.filter { !erased.contains($0) }.map { named[$0] }
    }

    /// Postgres' text holds no NUL, and nothing from outside decides the size of a row.
    private static func storable(_ event: ProviderSuppression) -> ProviderSuppression {
        var event = event
        event.eventID = String(event.eventID.filter { $0 != "\0" }.prefix(200))
        event.detail = String(event.detail.filter { $0 != "\0" }.prefix(200))
        return event
    }
}

/// More events in one call than its contract allows.
struct TooManySuppressions: Error {}
