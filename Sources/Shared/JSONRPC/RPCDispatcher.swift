import JSON
import Logging

/// Takes lines and gives answers; knows nothing of sockets, so that every caller meets the same encoding and the same rules.
package final class RPCDispatcher: Sendable {
    package let limits: RPCLimits
    private let entries: [String: RPCMethodEntry]
    private let document: [UInt8]
    private let logger: Logger

    package init(methods: RPCMethodTable, limits: RPCLimits = RPCLimits(), title: String, logger: Logger) {
        self.limits = limits
        self.logger = logger
        entries = methods.entries
        document = RPCDiscovery.document(title: title, methods: methods.entries.values.sorted { $0.name < $1.name })
    }

    package func parse(_ line: ArraySlice<UInt8>) -> RPCIncoming { RPCRequestParser(limits: limits).parse(line) }

    /// The answer to one line, or nil when nothing is to be said (notifications only).
    ///
    /// The elements of a batch are run one after another.
    package func respond(to line: ArraySlice<UInt8>, from peer: RPCPeer) async -> [UInt8]? {
        switch parse(line) {
        case .single(let item):
            return await respond(to: item, from: peer)
        case .batch(let items):
            var answers: [[UInt8]] = []
            for item in items {
                if let answer = await respond(to: item, from: peer) { answers.append(answer) }
            }
            return RPCAnswer.batch(answers)
        }
    }

    private func respond(to item: RPCItem, from peer: RPCPeer) async -> [UInt8]? {
        switch prepare(item, from: peer) {
        case .answered(let answer): return answer
        case .call(let call):
            let answer = await run(call)
            return call.id == nil ? nil : answer
        }
    }
}

extension RPCDispatcher {
    /// A call that passed every check and may be begun.
    ///
    /// A class, because it is handed on several times.
    final class Call: Sendable {
        let id: ArraySlice<UInt8>?
        var isRead: Bool { entry.isRead }
        fileprivate let params: ArraySlice<UInt8>
        fileprivate let entry: RPCMethodEntry
        let context: RPCContext
        /// From now to the deadline.
        let patience: Duration

        fileprivate init(id: ArraySlice<UInt8>?, params: ArraySlice<UInt8>, entry: RPCMethodEntry, context: RPCContext, patience: Duration) {
            self.id = id
            self.params = params
            self.entry = entry
            self.context = context
            self.patience = patience
        }
    }

    enum Prepared: Sendable {
        /// Nil: a notification, which is never answered.
        case answered([UInt8]?)
        case call(Call)
    }

    private static let emptyObject = ArraySlice("{}".utf8)

    /// Checks a request and answers at once what needs no handler.
    func prepare(_ item: RPCItem, from peer: RPCPeer) -> Prepared {
        switch item {
        case .refused(let code, let id, let reason):
            return .answered(RPCAnswer.error(code, id: id, ["reason": reason]))
        case .request(let request):
            let prepared = prepare(request, from: peer)
            if request.id == nil, case .answered = prepared { return .answered(nil) }
            return prepared
        }
    }

    private func prepare(_ request: RPCRequest, from peer: RPCPeer) -> Prepared {
        let id = request.id ?? RPCRequestParser.null
        if request.method == "rpc.discover" { return .answered(RPCAnswer.result(id: id) { $0.raw(document) }) }
        guard let entry = entries[request.method] else { return .answered(RPCAnswer.error(.methodNotFound, id: id)) }
        guard peer == .operator || entry.callers.contains(peer) else {
            return .answered(RPCAnswer.error(.notAllowed, id: id, ["reason": "\(peer.rawValue) may not call \(entry.name)"]))
        }
        let params = request.params ?? Self.emptyObject
        guard params.first == UInt8(ascii: "{") else {
            return .answered(RPCAnswer.error(.invalidParams, id: id, ["reason": "params are taken by name only"]))
        }
        var context = RPCContext(peer: peer)
        var patience = limits.defaultDeadline
        if let metadata = request.metadata {
            do {
                context.metadata = try RPCMetadata(reading: metadata)
            } catch {
                return .answered(RPCAnswer.error(.invalidParams, id: id, ["reason": "_meta: \(error)"]))
            }
            if let milliseconds = context.metadata.deadlineMilliseconds {
                guard milliseconds > 0 else { return .answered(RPCAnswer.error(.deadlineExceeded, id: id)) }
                patience = .milliseconds(min(milliseconds, Self.longestPatience))
            }
        }
        context.deadline = .now + patience
        return .call(Call(id: request.id, params: params, entry: entry, context: context, patience: patience))
    }

    /// One day, in milliseconds: nobody waits longer, and sums with it cannot overflow.
    private static let longestPatience = 86_400_000

    /// Runs the handler and returns the response object, for a notification too.
    func run(_ call: Call) async -> [UInt8] {
        let id = call.id ?? RPCRequestParser.null
        let answer =
            if let scope = RPCCallScope(call.context, isRead: call.isRead) {
                await RPCCallScope.$current.withValue(scope) { await call.entry.answer(id, call.params, call.context, logger) }
            } else {
                await call.entry.answer(id, call.params, call.context, logger)
            }
        guard answer.count <= limits.maximumLineBytes else {
            return RPCAnswer.error(.answerTooLong, id: id, ["reason": "\(answer.count) bytes, at most \(limits.maximumLineBytes)"])
        }
        return answer
    }
}
