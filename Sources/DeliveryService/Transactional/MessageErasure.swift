import Contracts
import Email
import JSON
import Model
import Postgres
import ServiceRuntime

/// Takes a person out of an organization's transactional mail: the contact's own messages, and the copies of others'.
struct MessageErasure: Sendable {
    /// Messages in one transaction, so that an address that gets a copy of everything holds nobody up.
    static let pageSize = 500

    let database: PostgresPool

    /// Idempotent; what an interrupted call did stays, and what is stored of the contact afterwards comes without the person.
    func erase(_ call: EraseContactMessages) async throws -> ErasedMessages {
        guard call.contactID.rawValue > 0 else { return ErasedMessages(messages: 0, events: 0) }
        let address = call.email ?? ""
        // In transactions of their own: both hold messages in the order of their ids, as workers do, and must not hold them together.
        if !address.isEmpty { while try await removeCopies(of: address, call.organizationID) {} }
        return try await database.transaction { transaction in
            try await transaction.execute(ErasureLock.Take(schema: "delivery"))
            try await transaction.execute(RememberErasure(organizationID: call.organizationID, contactID: call.contactID))
            let erase = EraseMessages(organizationID: call.organizationID, contactID: call.contactID, address: address)
            return try await transaction.first(erase) ?? ErasedMessages(messages: 0, events: 0)
        }
    }

    /// Whether more may be left.
    private func removeCopies(of address: String, _ organizationID: OrganizationID) async throws -> Bool {
        try await database.transaction { connection in
            let page = MessagesCopiedTo(organizationID: organizationID, address: address, limit: Self.pageSize)
            var found = try await connection.run(page)
            guard !found.isEmpty else { return false }
            for index in found.indices { found[index].remove(address) }
            try await connection.execute(RemoveCopies(organizationID: organizationID, address: address, copies: found))
            return found.count == Self.pageSize
        }
    }
}

/// The copies of one message, arrays of what the client wrote.
struct MessageCopies: Sendable {
    var messageID: Int64
    var cc: JSONValue
    var bcc: JSONValue

    /// Takes out the entries of an address, however they are spelled.
    mutating func remove(_ address: String) {
        cc = Self.without(address, cc)
        bcc = Self.without(address, bcc)
    }

    private static func without(_ address: String, _ entries: JSONValue) -> JSONValue {
        let rest = (entries.arrayValue ?? []).filter { entry in
            entry.stringValue.flatMap { try? Mailbox(parsing: $0) }?.address.normalized != address
        }
        return .array(rest)
    }
}
