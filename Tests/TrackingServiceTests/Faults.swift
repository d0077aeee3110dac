import Contracts
import JSONRPC

/// The faults that a call is refused with; nil when it is not refused by contract.
func faults<Value>(_ call: () async throws -> Value) async -> [String: String]? {
    do {
        _ = try await call()
        return nil
    } catch let error as RPCCallError<ValidationFailure> {
        if case .failed(let failure) = error { return failure.fields }
        return nil
    } catch {
        return nil
    }
}
