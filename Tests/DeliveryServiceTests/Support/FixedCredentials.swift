import Synchronization

@testable import DeliveryService

/// Gives one set of credentials after the other, the last one for ever; an empty list fails.
final class FixedCredentials: AWSCredentialSource {
    private let state: Mutex<(left: [AWSCredentials], loads: Int)>

    init(_ credentials: [AWSCredentials]) { state = Mutex((credentials, 0)) }

    var loads: Int { state.withLock { $0.loads } }

    func load() async throws(AWSCredentialFailure) -> AWSCredentials? {
        let next = state.withLock { state in
            state.loads += 1
            return state.left.count > 1 ? state.left.removeFirst() : state.left.first
        }
        guard let next else { throw AWSCredentialFailure("none left") }
        return next
    }
}
