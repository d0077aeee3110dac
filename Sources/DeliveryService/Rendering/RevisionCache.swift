import Contracts
import JSONRPC
import Model
import Synchronization

/// Compiled campaign revisions by id.
///
/// A revision never changes, so what is compiled stays good; the oldest leave when there are too many.
final class RevisionCache: Sendable {
    /// What a worker gets for a revision.
    enum Lookup: Sendable {
        case compiled(CompiledCampaign)
        /// The content cannot be rendered for anybody.
        case broken(reason: String)
        /// Campaign could not be asked.
        case unavailable(reason: String)
    }

    static let capacity = 32

    private struct Entry {
        var id: RevisionID
        var lookup: Lookup
    }

    private let campaign: any RPCCaller
    private let entries = Mutex<[Entry]>([])

    init(campaign: any RPCCaller) { self.campaign = campaign }

    func compiled(_ id: RevisionID) async -> Lookup {
        if let known = entries.withLock({ entries in entries.first { $0.id == id }?.lookup }) { return known }
        let lookup = await fetch(id)
        if case .unavailable = lookup { return lookup }
        entries.withLock { entries in
            guard !entries.contains(where: { $0.id == id }) else { return }
            if entries.count >= Self.capacity { entries.removeFirst() }
            entries.append(Entry(id: id, lookup: lookup))
        }
        return lookup
    }

    private func fetch(_ id: RevisionID) async -> Lookup {
        let content: CampaignContent
        do {
            content = try await campaign.call(GetRevision(revisionID: id))
        } catch {
            if case .failed(.notFound) = error { return .broken(reason: "revision \(id) does not exist") }
            return .unavailable(reason: "the content could not be fetched")
        }
        do {
            return .compiled(try CompiledCampaign(content))
        } catch {
            return .broken(reason: "content: \(error.field): \(error.reason)")
        }
    }
}
