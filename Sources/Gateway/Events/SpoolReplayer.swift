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
            var told = ""
            while !Task.isCancelled {
                if await !spool.isEmpty {
                    do {
                        try await spool.replay(to: tracking)
                        logger.info("the spool has been replayed")
                        told = ""
                    } catch let fault as SpoolFault {
                        // Once, not every second.
                        if fault.description != told {
                            logger.error("acknowledged events wait in a file that cannot be used", metadata: ["fault": "\(fault)"])
                        }
                        told = fault.description
                    } catch {
                        logger.debug("the spool waits for Tracking", metadata: ["error": "\(error)"])
                    }
                }
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}
