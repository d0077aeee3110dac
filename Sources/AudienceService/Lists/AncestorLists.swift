import Model
import Postgres

/// The lists above one list: each counts, for every contact, how many lists below name it.
struct AncestorLists {
    let tree: ListTree
    let key: ListKey

    /// One reason more, or one less, for each contact in every list above.
    func change(by step: Int, contacts: [Int64]) async throws {
        guard !contacts.isEmpty else { return }
        let lists = try await tree.ancestors(of: key, adds: step > 0)
        guard !lists.isEmpty else { return }
        if step > 0 {
            try await tree.connection.execute(AddReasons(listIDs: lists, contactIDs: contacts, now: tree.now))
        } else {
            try await tree.connection.execute(TakeReasons(listIDs: lists, contactIDs: contacts, now: tree.now))
        }
    }

    /// The first reason of contacts that no list has.
    func begin(newContacts: [Int64]) async throws {
        guard !newContacts.isEmpty else { return }
        let lists = try await tree.ancestors(of: key, adds: true)
        guard !lists.isEmpty else { return }
        try await tree.connection.execute(BeginReasons(listIDs: lists, contactIDs: newContacts, now: tree.now))
    }
}
