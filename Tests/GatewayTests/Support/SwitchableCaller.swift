import JSONRPC
import Synchronization

/// A service that can be away.
final class SwitchableCaller: RPCCaller {
    private let inner: InProcessCaller
    private let isUpState = Mutex(true)
    private let callCount = Mutex(0)

    init(_ methods: RPCMethodTable) { inner = InProcessCaller(methods, as: .gateway) }

    var isUp: Bool {
        get { isUpState.withLock { $0 } }
        set { isUpState.withLock { $0 = newValue } }
    }
    var calls: Int { callCount.withLock { $0 } }

    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        callCount.withLock { $0 += 1 }
        guard isUp else { throw .unavailable(reason: "switched off", begun: false) }
        return try await inner.call(method, deadline: deadline, idempotencyKey: idempotencyKey)
    }
}
