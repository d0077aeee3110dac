/// An HTTP client that says exactly what is known about each request, for sending what must not be sent twice.
///
/// HTTP/1.1 over libcurl on the process's readiness thread, with kept connections. It follows no redirect, repeats nothing by itself and
/// prevents libcurl from doing so (libcurl sends a POST again when a kept connection dies before the answer). Safe to use from many tasks.
package final class HTTPTransport: Sendable {
    let configuration: HTTPTransportConfiguration
    let engine: TransferEngine

    package init(_ configuration: HTTPTransportConfiguration = .init()) {
        precondition(configuration.maximumConnections > 0, "a transport needs a connection")
        self.configuration = configuration
        engine = TransferEngine(limit: configuration.maximumConnections, waitingLimit: configuration.maximumWaiting)
    }

    deinit { engine.close() }

    /// Sends the request once and waits for the answer.
    ///
    /// Never throws: every end is a value.
    ///
    /// Cancelling the task ends the transfer at once; what may have left by then is reported as ambiguous.
    package func send(_ request: HTTPRequest) async -> HTTPExchange {
        if let fault = request.fault {
            return .failed(.init(reason: .malformedRequest, message: fault, delivery: .notSent))
        }
        let transfer = HTTPTransfer(request, configuration)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                engine.submit(transfer) { continuation.resume(returning: $0) }
            }
        } onCancel: {
            engine.cancel(transfer)
        }
    }
}
