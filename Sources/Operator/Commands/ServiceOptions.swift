import ArgumentParser
import Contracts
import Foundation
import JSON
import JSONRPC
import ServiceRuntime
import Synchronization

/// How a command finds the services, and how it answers.
struct ServiceOptions: ParsableArguments {
    @Option(help: "State directory of `datamailer up` (default: $DATAMAILER_RUNTIME_DIR, /run/datamailer, then the default state).")
    var state: String?

    @Flag(help: "Answer as JSON.")
    var json = false

    var runtimeDirectory: String {
        if let state {
            return StateDirectory(path: Paths.absolute(state), environment: ProcessInfo.processInfo.environment).runtime
        }
        return RuntimeDirectory.path(configured: ProcessInfo.processInfo.environment["DATAMAILER_RUNTIME_DIR"])
    }

    /// A client of one service; the same one for every call of the process, so that an import of any size uses one connection.
    func client(_ name: ServiceName) -> RPCClient {
        Self.clients.withLock { clients in
            let path = "\(runtimeDirectory)/\(name.rawValue).sock"
            if let client = clients[path] { return client }
            let client = RPCClient(address: .unix(path: path), logger: CommandLogger.make())
            clients[path] = client
            return client
        }
    }

    private static let clients = Mutex<[String: RPCClient]>([:])

    /// Calls a method of a service; a failure becomes a text for a person.
    func call<Method: RPCMethod>(_ name: ServiceName, _ method: Method, deadline: Duration? = nil) async throws -> Method.Result {
        do {
            return try await client(name).call(method, deadline: deadline, idempotencyKey: nil)
        } catch {
            throw CommandFailure(describe(error, name))
        }
    }

    private func describe<Failure: RPCFailure>(_ error: RPCCallError<Failure>, _ name: ServiceName) -> String {
        switch error {
        case .failed(let failure as ValidationFailure):
            failure.fields.sorted { $0.key < $1.key }
                .map { field, reason in "\(field): \(reason)" + (failure.details?[field].map { " (\($0))" } ?? "") }
                .joined(separator: "\n")
        case .failed(let failure): "\(name.rawValue): \(failure.message)"
        case .unavailable(let reason, _):
            "the \(name.rawValue) service cannot be reached in \(runtimeDirectory): \(reason); is `datamailer up` running?"
        case .timedOut: "the \(name.rawValue) service did not answer in time"
        case .cancelled: "cancelled"
        case .refused(let code, let message): "the \(name.rawValue) service refused the call: \(message) (\(code))"
        case .protocolViolation(let reason): "the \(name.rawValue) service answered something else than its contract: \(reason)"
        }
    }

    /// Prints a result: its JSON, or lines for a person.
    func show(_ value: some RPCPayload, _ lines: [String]) throws {
        guard json else { return lines.forEach(Terminal.line) }
        var writer = JSONWriter()
        try value.write(to: &writer)
        Terminal.line(PublicKeys.of(try JSONValue.parse(writer.bytes)).text)
    }
}
