import JSON
import Logging

/// Calls a table in the same process, through the same encoding as the wire, as any peer.
///
/// The deadline reaches the handler in its context but ends nothing by itself. Cancelling the caller's task cancels the handler of a read; a write is finished.
package struct InProcessCaller: RPCCaller {
    private let dispatcher: RPCDispatcher
    private let peer: RPCPeer

    package init(_ methods: RPCMethodTable, as peer: RPCPeer = .operator) {
        dispatcher = RPCDispatcher(methods: methods, title: "in process", logger: Logger(label: "rpc.in-process"))
        self.peer = peer
    }

    package func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        let metadata = RPCMetadata(
            deadlineMilliseconds: RPCCallScope.patience(deadline ?? dispatcher.limits.defaultDeadline, in: .current).wholeMilliseconds,
            traceparent: RPCCallScope.current?.traceparent,
            idempotencyKey: idempotencyKey
        )
        let reply: RPCReply
        do {
            reply = try await exchange(method, metadata)
        } catch {
            throw .protocolViolation("\(Method.name): \(error)")
        }
        return try reply.value(of: Method.self)
    }

    private func exchange<Method: RPCMethod>(_ method: Method, _ metadata: RPCMetadata) async throws -> RPCReply {
        var writer = JSONWriter()
        try RPCRequestLine.call(method, id: 1, metadata: metadata, to: &writer)
        let count = writer.bytes.count - 1
        guard count <= dispatcher.limits.maximumLineBytes else { return .requestTooLong(count) }
        let answer = await answer(to: writer.bytes.dropLast(), isRead: Method.isRead)
        guard let answer, case .reply(_, let reply) = try RPCServerMessage(reading: answer[...], limits: dispatcher.limits) else {
            return .lost(reason: "no answer", begun: true)
        }
        return reply
    }

    /// The one unstructured task here: it lets a write outlive the cancellation of its caller.
    private func answer(to line: ArraySlice<UInt8>, isRead: Bool) async -> [UInt8]? {
        if isRead { return await dispatcher.respond(to: line, from: peer) }
        return await Task { await dispatcher.respond(to: line, from: peer) }.value
    }
}
