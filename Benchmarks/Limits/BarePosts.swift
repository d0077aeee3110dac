import HTTPTransport
import Synchronization

/// The machine's own limit for sending: the same number of bytes POSTed to the same stub through HTTPTransport, and nothing else.
struct BarePosts {
    var url: String
    var bytes: Int
    var count: Int
    var inFlight = 64

    func perSecond() async throws -> Double {
        let transport = HTTPTransport()
        let body = [UInt8](repeating: 0x61, count: bytes)
        let next = Counter()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    while next.take() < count {
                        let request = HTTPRequest(
                            method: "POST",
                            url: url + "/v2/email/outbound-emails",
                            headers: [("Content-Type", "application/json")],
                            body: body
                        )
                        guard case .response(let response) = await transport.send(request), response.status == 200 else {
                            throw BenchmarkFailure("the stub did not answer")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
    }

    private final class Counter: Sendable {
        private let taken = Atomic<Int>(0)
        func take() -> Int { taken.wrappingAdd(1, ordering: .relaxed).oldValue }
    }
}
