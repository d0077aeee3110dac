import Contracts
import Email
import JSON
import JSONRPC
import Model

/// The members of a stored list as a request will leave them, looked at before anything is stored.
struct ListSendPreview: Sendable {
    let send: ListSend
    let list: StoredListMembers
    /// The members that the request names; nil: it names none, and the list stays as it is.
    let named: [ListMemberChange]?
    let removesAbsent: Bool

    /// Refuses the request when one of them lacks what the template requires, or when Delivery would not take the messages.
    ///
    /// What another request changes meanwhile shows when the messages are sent.
    func check() async throws(APIError) {
        var first: ListSend.Member?
        if let named {
            first = try await checkNamed(named)
        } else {
            let (send, isComplete) = (send, send.isContextComplete)
            try await list.forEachPage { members throws(APIError) in
                first = first ?? members.first
                if isComplete { return false }
                for member in members { try send.check(member) }
                return true
            }
        }
        try await send.checkMessage(of: first)
    }

    /// - Returns: the first active one.
    private func checkNamed(_ named: [ListMemberChange]) async throws(APIError) -> ListSend.Member? {
        let active = named.filter(\.isActive)
        guard !send.isContextComplete else { return active.first.map { $0.sendMember() } }
        // What says nothing about metadata keeps what is stored.
        var metadata: [String: JSONObject] = [:]
        let byKey = Dictionary(named.map { ($0.sourceObjectKey, $0) }, uniquingKeysWith: { _, last in last })
        let byEmail = Dictionary(named.map { (Self.normalized($0.email), $0) }, uniquingKeysWith: { _, last in last })
        let send = send
        try await list.forEachPage(orNoList: true) { members throws(APIError) in
            for member in members {
                if let change = byKey[member.key] ?? byEmail[member.email] {
                    metadata[change.sourceObjectKey] = member.metadata
                } else if !removesAbsent || member.key.hasPrefix("cascade-contact:") {
                    try send.check(member)
                }
            }
            return true
        }
        for change in active { try send.check(change.sendMember(keeping: metadata[change.sourceObjectKey])) }
        return active.first.map { $0.sendMember(keeping: metadata[$0.sourceObjectKey]) }
    }

    private static func normalized(_ email: String) -> String { (try? EmailAddress(email))?.normalized ?? email }
}

extension ListMemberChange {
    /// Its recipient; metadata that it does not name is what was there before.
    func sendMember(keeping stored: JSONObject? = nil) -> ListSend.Member {
        let named = metadata.flatMap { try? JSONValue.parse($0) }?.objectValue
        return ListSend.Member(key: sourceObjectKey, email: email, metadata: named ?? stored ?? JSONObject())
    }
}

/// The active members of a stored list, page by page.
struct StoredListMembers: Sendable {
    let key: String
    let scope: AudienceScope
    let services: APIServices

    /// Until the body answers false, or there are no more.
    ///
    /// - Parameter orNoList: a list that is not there has no members, instead of an error.
    func forEachPage(orNoList: Bool = false, _ body: ([ListSend.Member]) async throws(APIError) -> Bool) async throws(APIError) {
        var after = ContactID(0)
        while true {
            let page: ListMemberColumns
            do {
                page = try await services.audience.call(
                    ListMembers(scope: scope, listKey: key, after: after, limit: SendTransactionalBatch.maximumMessages)
                )
            } catch {
                if orNoList, case .failed(let failure) = error, failure.fields == ["list_key": "not_found"] { return }
                throw error.apiError
            }
            let members = page.emails.indices.map { index in
                ListSend.Member(
                    key: page.sourceObjectKeys[index],
                    email: page.emails[index],
                    metadata: (try? JSONValue.parse(page.metadata[index]))?.objectValue ?? JSONObject()
                )
            }
            guard try await body(members), let next = page.next else { return }
            after = next
        }
    }
}
