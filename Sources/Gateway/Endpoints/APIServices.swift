import Contracts
import JSONRPC
import Tokens

/// The services behind the API.
struct APIServices: Sendable {
    let audience: any RPCCaller
    let campaign: any RPCCaller
    let delivery: any RPCCaller
    let tracking: any RPCCaller
    /// Nil takes no notifications.
    var provider: ProviderIntake?
    /// Makes the links of double opt-in; nil where the public address is not one.
    var confirmations: TrackingLinks?
    let scopes: ScopeResolution

    init(
        audience: any RPCCaller,
        campaign: any RPCCaller,
        delivery: any RPCCaller,
        tracking: any RPCCaller,
        provider: ProviderIntake? = nil,
        confirmations: TrackingLinks? = nil
    ) {
        self.audience = audience
        self.campaign = campaign
        self.delivery = delivery
        self.tracking = tracking
        self.provider = provider
        self.confirmations = confirmations
        scopes = ScopeResolution(audience: audience)
    }
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
