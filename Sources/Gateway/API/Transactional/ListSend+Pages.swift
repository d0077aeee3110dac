import Contracts
import JSON
import JSONRPC

extension ListSend {
    /// The messages of one call together, as JSON, in bytes: far below the limit of a call; one that is larger goes alone.
    static let maximumPage = 4 << 20

    /// Sends to these members, so many a call as fit; what only sending shows of one member is counted, and the others get theirs.
    func send(_ members: [Member], _ counts: inout ListSendCounts) async throws(APIError) {
        let common = base.encodedSize
        var page: [Member] = []
        var size = 0
        for member in members {
            // Metadata stands in the context and under `member`.
            let memberSize = common + 2 * JSONValue.object(member.metadata).text.utf8.count + member.email.utf8.count + 1_000
            if page.count == SendTransactionalBatch.maximumMessages || (size + memberSize > Self.maximumPage && !page.isEmpty) {
                try await sendPage(page, &counts)
                page = []
                size = 0
            }
            page.append(member)
            size += memberSize
        }
        if !page.isEmpty { try await sendPage(page, &counts) }
    }

    private func sendPage(_ page: [Member], _ counts: inout ListSendCounts) async throws(APIError) {
        let batch = SendTransactionalBatch(scope: scope, messages: page.map(message))
        let results = try await services.delivery.answer(batch).results
        for (member, result) in zip(page, results) {
            if let receipt = result.receipt {
                counts.add(receipt)
            } else {
                counts.addFailure(of: member.key, result.failure ?? ValidationFailure([:]))
            }
        }
    }
}

extension RPCPayload {
    /// As JSON, in bytes.
    var encodedSize: Int {
        var writer = JSONWriter()
        return (try? write(to: &writer)) == nil ? 0 : writer.bytes.count
    }
}
