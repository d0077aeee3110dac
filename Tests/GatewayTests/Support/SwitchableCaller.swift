import JSONRPC
import Synchronization

/// A service that can be away, or find every request too long.
final class SwitchableCaller: RPCCaller {
    private let inner: InProcessCaller
    private let isUpState = Mutex(true)
    private let isStrictState = Mutex(false)
    private let callCount = Mutex(0)

    init(_ methods: RPCMethodTable) { inner = InProcessCaller(methods, as: .gateway) }

    var isUp: Bool {
        get { isUpState.withLock { $0 } }
        set { isUpState.withLock { $0 = newValue } }
    }
    /// Every request is longer than a line may be.
    var isStrict: Bool {
        get { isStrictState.withLock { $0 } }
        set { isStrictState.withLock { $0 = newValue } }
    }
    var calls: Int { callCount.withLock { $0 } }

    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        callCount.withLock { $0 += 1 }
        guard isUp else { throw .unavailable(reason: "switched off", begun: false) }
        if isStrict { throw .refused(code: RPCErrorCode.lineTooLong.rawValue, message: "the request has 16777217 bytes") }
        return try await inner.call(method, deadline: deadline, idempotencyKey: idempotencyKey)
    }
}
