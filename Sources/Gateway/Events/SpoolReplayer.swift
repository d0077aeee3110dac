import JSONRPC
import Logging
import ServiceLifecycle

/// Empties the spool whenever Tracking is there again.
struct SpoolReplayer: Service {
    let spool: EventSpool
    let tracking: any RPCCaller
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if await !spool.isEmpty {
                    do {
                        try await spool.replay(to: tracking)
                        logger.info("the spool has been replayed")
                    } catch {
                        logger.debug("the spool waits for Tracking", metadata: ["error": "\(error)"])
                    }
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
