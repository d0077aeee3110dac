import Contracts
import JSONRPC

/// The services behind the API.
struct APIServices: Sendable {
    let audience: any RPCCaller
    let campaign: any RPCCaller
    let delivery: any RPCCaller
    let tracking: any RPCCaller
    /// Nil takes no notifications.
    var provider: ProviderIntake?
}

/// Calls a method and turns what goes wrong into an HTTP answer.
extension RPCCaller {
    func answer<Method: RPCMethod>(_ method: Method) async throws(APIError) -> Method.Result where Method.Failure == ValidationFailure {
        do {
            return try await call(method)
        } catch {
            throw error.apiError
        }
    }

    func answer<Method: RPCMethod>(_ method: Method) async throws(APIError) -> Method.Result where Method.Failure == NoFailure {
        do {
            return try await call(method)
        } catch {
            throw error.transportError
        }
    }
}
