import Glibc
import JSON
import JSONRPC
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Compares typed calls of about 1 KB with a bare echo of 1 KB lines: the same Unix socket kind, one connection, 64 in flight.
struct RPCBenchmark {
    var seconds = 3
    var inFlight = 64

    func run() async throws -> [Figure] {
        let echo = try await LineEcho(path: path("echo"), inFlight: inFlight).linesPerSecond(over: seconds)
        let (calls, latencies) = try await measureCalls()
        func milliseconds(_ part: Double) -> Double {
            guard !latencies.isEmpty else { return 0 }
            return Double(latencies[min(latencies.count - 1, Int(Double(latencies.count) * part))]) / 1_000_000
        }
        let limit = Figure.Limit(name: "SwiftNIO echo of 1 KB lines", value: Double(echo), unit: "lines/s")
        let command = "datamailer-benchmarks rpc"
        return [
            Figure(
                work: "RPC round trip, 1 KB typed call, Unix socket, \(inFlight) in flight",
                goal: .atLeast(30),
                value: Double(calls) / Double(max(echo, 1)) * 100,
                unit: "% of the echo",
                detail: "\(Figure.text(Double(calls))) calls/s, \(Figure.text(Double(echo))) lines/s",
                command: command
            ),
            Figure(work: "The same calls a second", goal: .none, value: Double(calls), unit: "calls/s", limit: limit, command: command),
            Figure(
                work: "The same, p99",
                goal: .atMost(2),
                value: milliseconds(0.99),
                unit: "ms",
                detail: "p50 \(Figure.text(milliseconds(0.5))) ms",
                command: command
            ),
        ]
    }

    private func path(_ name: String) -> String { "/tmp/rpc-benchmark-\(getpid())-\(name).sock" }

    private func measureCalls() async throws -> (perSecond: Int, sortedNanoseconds: [Int64]) {
        var methods = RPCMethodTable()
        methods.on(EchoMessage.self) { message, _ in message }
        let address = RPCAddress.unix(path: path("rpc"))
        let logger = Logger(label: "benchmark")
        let server = RPCServer(methods: methods, addresses: [address], title: "benchmark", identify: { _ in .operator }, logger: logger)
        try await server.bind()
        let client = RPCClient(address: address, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            _ = try await load(client, for: .milliseconds(500))
            let start = ContinuousClock.now
            let latencies = try await load(client, for: .seconds(seconds))
            let elapsed = (ContinuousClock.now - start) / .seconds(1)
            await client.close()
            server.beginDraining()
            try await group.waitForAll()
            return (Int(Double(latencies.count) / elapsed), latencies.sorted())
        }
    }

    private func load(_ client: RPCClient, for time: Duration) async throws -> [Int64] {
        let end = ContinuousClock.now + time
        return try await withThrowingTaskGroup { group in
            for _ in 0..<inFlight {
                group.addTask {
                    var latencies: [Int64] = []
                    let message = EchoMessage.sample
                    while true {
                        let start = ContinuousClock.now
                        guard start < end else { return latencies }
                        let answer = try await client.call(message)
                        guard answer.id == message.id else { throw RPCCallError<NoFailure>.protocolViolation("another answer") }
                        latencies.append((ContinuousClock.now - start).components.attoseconds / 1_000_000_000)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
}

/// A message as hot ones are: a few ids and texts, about 1 KB, written by hand.
private struct EchoMessage: RPCMethod {
    typealias Result = EchoMessage
    static let name = "benchmark.echo"
    static let isRead = true
    var id: Int64
    var email: String
    var subject: String
    var body: String
    var tags: [String]

    static let sample = EchoMessage(
        id: 123_456_789,
        email: "somebody@example.org",
        subject: "News of the week, \"quoted\"",
        body: String(repeating: "Lorem ipsum dolor sit amet, consectetur. ", count: 20),
        tags: ["customer", "newsletter", "spring"]
    )

    func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("id" as StaticString)
        writer.integer(id)
        writer.key("email" as StaticString)
        writer.string(email)
        writer.key("subject" as StaticString)
        writer.string(subject)
        writer.key("body" as StaticString)
        writer.string(body)
        writer.key("tags" as StaticString)
        writer.beginArray()
        for tag in tags { writer.string(tag) }
        writer.endArray()
        writer.endObject()
    }

    static func read(_ json: ArraySlice<UInt8>) throws -> EchoMessage {
        var message = EchoMessage(id: 0, email: "", subject: "", body: "", tags: [])
        var reader = JSONReader(json)
        try reader.object { key, reader in
            switch key {
            case "id": message.id = try reader.integer()
            case "email": message.email = try reader.string()
            case "subject": message.subject = try reader.string()
            case "body": message.body = try reader.string()
            case "tags": try reader.array { message.tags.append(try $0.string()) }
            default: try reader.skip()
            }
        }
        return message
    }
}
