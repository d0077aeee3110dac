import JSON
import Logging

/// The methods that a server answers, by name.
///
/// Registering a name twice is a programmer's error and stops the process.
package struct RPCMethodTable: Sendable {
    var entries: [String: RPCMethodEntry] = [:]

    package init() {}

    /// Registers a handler, which throws the method's `Failure`; anything else it throws is answered as an internal error and logged.
    package mutating func on<Method: RPCMethod>(
        _ method: Method.Type,
        _ handler: @escaping @Sendable (Method, RPCContext) async throws -> Method.Result
    ) {
        precondition(entries[Method.name] == nil, "method \(Method.name) is registered twice")
        precondition(!Method.name.hasPrefix("rpc."), "names that begin with rpc. are reserved (JSON-RPC 2.0 section 4)")
        entries[Method.name] = RPCMethodEntry(Method.self, handler)
    }

    /// Sorted.
    package var names: [String] { entries.keys.sorted() }
}

/// One registered method with its types erased: bytes in, bytes out.
final class RPCMethodEntry: Sendable {
    let name: String
    let isIdempotent: Bool
    let isRead: Bool
    let callers: Set<RPCPeer>
    /// What `rpc.discover` says of it; made when it is asked for.
    let describe: @Sendable (JSONSchemas) -> JSONValue
    /// Answers with a whole response object.
    typealias Answer =
        @Sendable (
            _ id: ArraySlice<UInt8>, _ params: ArraySlice<UInt8>, _ context: RPCContext, _ logger: Logger
        ) async -> [UInt8]

    let answer: Answer

    /// The same method, answered in another way.
    init(_ entry: RPCMethodEntry, answer: @escaping Answer) {
        name = entry.name
        isIdempotent = entry.isIdempotent
        isRead = entry.isRead
        callers = entry.callers
        describe = entry.describe
        self.answer = answer
    }

    init<Method: RPCMethod>(_: Method.Type, _ handler: @escaping @Sendable (Method, RPCContext) async throws -> Method.Result) {
        name = Method.name
        isIdempotent = Method.isIdempotent
        isRead = Method.isRead
        callers = Method.callers
        describe = { RPCDiscovery.describe(Method.self, $0) }
        answer = { id, params, context, logger in
            let method: Method
            do {
                method = try Method.read(params)
            } catch {
                return RPCAnswer.error(.invalidParams, id: id, ["reason": Self.reason(of: error)])
            }
            do {
                let result = try await handler(method, context)
                return try RPCAnswer.result(id: id) { writer in try result.write(to: &writer) }
            } catch {
                return Self.answer(to: error, failure: Method.Failure.self, id: id, name: Method.name, logger: logger)
            }
        }
    }

    private static func answer<Failure: RPCFailure>(
        to error: any Error,
        failure: Failure.Type,
        id: ArraySlice<UInt8>,
        name: String,
        logger: Logger
    ) -> [UInt8] {
        if let failure = error as? Failure, let answer = try? RPCAnswer.failure(failure, id: id) { return answer }
        if let error = error as? any RPCUnavailability, error.isUnavailable {
            logger.warning("a method lacks what it needs", metadata: ["method": "\(name)"])
            return RPCAnswer.error(.unavailable, id: id)
        }
        if error is CancellationError { return RPCAnswer.error(.cancelled, id: id) }
        // The caller gets a number to quote; what happened stays here.
        let correlation = String(UInt64.random(in: .min ... .max), radix: 16)
        logger.error(
            "a method failed outside its contract",
            metadata: ["method": "\(name)", "correlation.id": "\(correlation)", "error": "\(String(reflecting: error))"]
        )
        return RPCAnswer.error(.internalError, id: id, ["correlationId": correlation])
    }

    /// What a caller may know about parameters that could not be read: they are its own.
    private static func reason(of error: any Error) -> String {
        switch error {
        case let error as JSONParseError: error.description
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            (context.codingPath.map(\.stringValue) + [context.debugDescription]).joined(separator: ": ")
        default: String(describing: error)
        }
    }
}
