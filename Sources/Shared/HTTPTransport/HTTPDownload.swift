import CLibCurl
import Readiness
import Synchronization

/// The body of an answer on its way from the readiness thread to one reader, with an end to what waits between them.
///
/// When the reader is slower than the network libcurl is told to wait, and the server's sending is slowed by TCP.
final class HTTPDownload: Sendable {
    /// How much may wait for the reader, in bytes, before the transfer pauses.
    static let highWater = 1 << 20

    private struct State {
        var waiting: [UInt8] = []
        var received = 0
        var status: Int?
        var isPaused = false
        var end: HTTPExchange?
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    enum Taken { case taken, paused, tooLarge }

    /// Takes a piece from libcurl, which gives it again when the transfer pauses.
    func offer(_ bytes: UnsafeRawBufferPointer, status: Int?) -> Taken {
        let (taken, reader) = state.withLock { state -> (Taken, CheckedContinuation<Void, Never>?) in
            guard bytes.count <= limit - state.received else { return (.tooLarge, nil) }
            guard state.waiting.count < Self.highWater else {
                state.isPaused = true
                return (.paused, nil)
            }
            state.waiting.append(contentsOf: bytes)
            state.received += bytes.count
            state.status = status
            defer { state.reader = nil }
            return (.taken, state.reader)
        }
        reader?.resume()
        return taken
    }

    func finish(_ exchange: HTTPExchange) {
        let reader = state.withLock { state in
            state.end = exchange
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    enum Step {
        /// Bytes with the answer's status; whether the transfer is to go on.
        case piece(HTTPBodyPiece, resumes: Bool)
        case end(HTTPExchange)
    }

    /// What comes next; waits for it.
    func next() async -> Step {
        while true {
            let step = state.withLock { state -> Step? in
                if !state.waiting.isEmpty {
                    let piece = HTTPBodyPiece(status: state.status ?? 0, bytes: state.waiting)
                    state.waiting = []
                    defer { state.isPaused = false }
                    return .piece(piece, resumes: state.isPaused)
                }
                return state.end.map { .end($0) }
            }
            if let step { return step }
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if !state.waiting.isEmpty || state.end != nil { return true }
                    state.reader = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        }
    }
}

/// A part of an answer's body.
package struct HTTPBodyPiece: Sendable {
    /// Of the answer.
    package var status: Int
    package var bytes: [UInt8]
}

extension HTTPTransport {
    /// Sends the request once and hands over the answer's body in pieces, in bounded memory: at most about a megabyte waits.
    ///
    /// Every end of the exchange is a value, whose body is empty. When `receive` throws, the transfer ends and the error is thrown. A body
    /// longer than the request's `maximumResponseBytes` ends in `responseTooLarge`, after the pieces before.
    package func download(_ request: HTTPRequest, _ receive: (HTTPBodyPiece) async throws -> Void) async throws -> HTTPExchange {
        if let fault = request.fault {
            return .failed(.init(reason: .malformedRequest, message: fault, delivery: .notSent))
        }
        let download = HTTPDownload(limit: request.maximumResponseBytes)
        let transfer = HTTPTransfer(request, configuration)
        transfer.download = download
        engine.submit(transfer) { download.finish($0) }
        return try await withTaskCancellationHandler {
            do {
                while true {
                    switch await download.next() {
                    case .end(let exchange): return exchange
                    case .piece(let piece, let resumes):
                        try await receive(piece)
                        if resumes { engine.resume(transfer) }
                    }
                }
            } catch {
                engine.cancel(transfer)
                throw error
            }
        } onCancel: {
            engine.cancel(transfer)
        }
    }
}

extension TransferEngine {
    /// Lets a paused transfer go on.
    func resume(_ transfer: HTTPTransfer) {
        thread.execute { [self] in
            guard let handle = transfer.handle else { return }
            // libcurl may hand over what it kept at once, from inside this call.
            curl_easy_pause(handle, CURLPAUSE_CONT)
            advance()
        }
    }
}
