import JSONRPC

extension CampaignHandlers {
    /// Audience does not answer; the caller may try again.
    struct AudienceUnavailable: RPCUnavailability {
        var isUnavailable: Bool { true }
    }

    /// Asks Audience within a call of somebody else, who is told that it is unavailable and not that we failed.
    func ask<Method: RPCMethod>(_ method: Method) async throws -> Method.Result {
        do { return try await audience.call(method) } catch {
            switch error {
            case .unavailable, .timedOut: throw AudienceUnavailable()
            case .failed, .cancelled, .refused, .protocolViolation: throw error
            }
        }
    }
}
