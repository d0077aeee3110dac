import JSONRPC
import ServiceLifecycle

/// The RPC server in the life of the process: graceful shutdown drains it.
struct RPCService: Service {
    var server: RPCServer

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            server.beginDraining()
        }
        // A connection that was accepted in the moment of closing the listener is still being set up: it is told to go elsewhere too.
        repeat {
            try? await Task.sleep(for: .milliseconds(50))
        } while server.activity.connections > 0 && !Task.isCancelled
    }
}
