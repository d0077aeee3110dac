import JSON
import JSONRPC
import Synchronization

/// The methods that this process has put into an outbox, by name, so that a caller without raw calls (a table in the same
/// process) can make them too.
final class OutboxMethods: Sendable {
    typealias Call = @Sendable (_ caller: any RPCCaller, _ params: String, _ key: String) async -> OutboxAnswer

    static let shared = OutboxMethods()

    private let calls = Mutex<[String: Call]>([:])

    func register<Method: RPCMethod>(_ method: Method.Type) {
        calls.withLock { calls in
            guard calls[Method.name] == nil else { return }
            calls[Method.name] = { caller, params, key in await Self.call(Method.self, caller, params, key) }
        }
    }

    subscript(name: String) -> Call? { calls.withLock { $0[name] } }

    private static func call<Method: RPCMethod>(
        _ type: Method.Type,
        _ caller: any RPCCaller,
        _ params: String,
        _ key: String
    ) async -> OutboxAnswer {
        let method: Method
        do { method = try Method.read(ArraySlice(params.utf8)) } catch { return .refused("the parameters cannot be read") }
        do {
            let result = try await caller.call(method, deadline: nil, idempotencyKey: key)
            var writer = JSONWriter()
            try result.write(to: &writer)
            return .done(String(decoding: writer.bytes, as: UTF8.self))
        } catch let error as RPCCallError<Method.Failure> {
            return OutboxAnswer(error)
        } catch {
            return .failed("the result cannot be written")
        }
    }
}
