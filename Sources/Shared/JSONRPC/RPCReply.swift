import JSON

/// What came back for a call, before its types are read.
enum RPCReply: Sendable {
    case result(ArraySlice<UInt8>)
    indirect case error(RPCWireError)
    /// The connection ended. `begun` is false when the server certainly did not start the call.
    case lost(reason: String, begun: Bool)
    case timedOut
    case cancelled
}

/// An error object with its raw text.
struct RPCWireError: Sendable {
    var code: Int
    var message: String
    /// The method's own failure, when there is one.
    var failure: ArraySlice<UInt8>?
    var raw: ArraySlice<UInt8>
}

/// One line from a server.
enum RPCServerMessage {
    case reply(id: ArraySlice<UInt8>, RPCReply)
    case notification(method: String)

    private static let names: JSONEnvelope.Names = ["jsonrpc", "result", "id", "error", "method"]

    init(reading line: ArraySlice<UInt8>, limits: RPCLimits) throws {
        let envelope = JSONEnvelope(line, names: Self.names, limits: JSONLimits(maximumDepth: limits.maximumDepth * 2))
        if let envelope, let result = envelope[1], let id = envelope[2], envelope[3] == nil {
            self = .reply(id: id, .result(result))
        } else {
            self = try Self(anyForm: line, limits: limits)
        }
    }

    private init(anyForm line: ArraySlice<UInt8>, limits: RPCLimits) throws {
        var id: ArraySlice<UInt8>?
        var reply: RPCReply?
        var method: String?
        // One level above the limit for the requests: an answer that passes the server is never refused here.
        var reader = JSONReader(line, limits: JSONLimits(maximumDepth: limits.maximumDepth * 2))
        try reader.object { key, reader in
            switch key {
            case "id": id = try reader.raw()
            case "result": reply = .result(try reader.raw())
            case "error": reply = .error(try RPCWireError(reading: try reader.raw()))
            case "method": method = try reader.string()
            default: try reader.skip()
            }
        }
        try reader.end()
        if let reply, let id {
            self = .reply(id: id, reply)
        } else if let method, id == nil {
            self = .notification(method: method)
        } else {
            throw JSONParseError(reason: .wrongType, offset: 0)
        }
    }
}

extension RPCWireError {
    init(reading raw: ArraySlice<UInt8>) throws {
        var code: Int64 = 0
        var message = ""
        var failure: ArraySlice<UInt8>?
        var reader = JSONReader(raw, limits: JSONLimits(maximumDepth: JSONLimits.highestDepth))
        try reader.object { key, reader in
            switch key {
            case "code": code = try reader.integer()
            case "message": message = try reader.string()
            case "data" where reader.peek() == UInt8(ascii: "{"): failure = try reader.rawObject(finding: "failure").member
            default: try reader.skip()
            }
        }
        self.init(code: Int(code), message: message, failure: failure, raw: raw)
    }
}

extension RPCReply {
    /// What a caller says by itself of a request that no server would read.
    static func requestTooLong(_ count: Int) -> RPCReply {
        let raw = RPCAnswer.error(.lineTooLong, id: RPCRequestParser.null)
        return .error(RPCWireError(code: RPCErrorCode.lineTooLong.rawValue, message: "the request has \(count) bytes", raw: raw[...]))
    }

    /// Reads what the contract of `Method` says.
    func value<Method: RPCMethod>(of _: Method.Type) throws(RPCCallError<Method.Failure>) -> Method.Result {
        switch self {
        case .result(let json):
            do { return try Method.Result.read(json) } catch { throw .protocolViolation("result of \(Method.name): \(error)") }
        case .error(let error): throw error.callError()
        case .lost(let reason, let begun): throw .unavailable(reason: reason, begun: begun)
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        }
    }
}

extension RPCWireError {
    func callError<Failure: RPCFailure>() -> RPCCallError<Failure> {
        if !(-32768 ... -32000).contains(code), let failure, let value = try? Failure.read(failure) { return .failed(value) }
        switch RPCErrorCode(rawValue: code) {
        case .deadlineExceeded: return .timedOut
        case .cancelled: return .cancelled
        case .tooManyConnections, .draining: return .unavailable(reason: message, begun: false)
        case .unavailable: return .unavailable(reason: message, begun: true)
        default: return .refused(code: code, message: message)
        }
    }
}
