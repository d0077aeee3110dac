/// The error codes of the protocol itself: the standard's, and ours from -32000 to -32099.
package enum RPCErrorCode: Int, Sendable, CaseIterable {
    case parseError = -32700
    case invalidRequest = -32600
    case methodNotFound = -32601
    case invalidParams = -32602
    case internalError = -32603

    /// A line was longer than the limit; the connection is closed after this answer.
    case lineTooLong = -32000
    case batchTooLarge = -32001
    /// Too many calls in flight on this connection; the call was not begun.
    case tooManyCalls = -32002
    /// The server has no room for this connection and closes it.
    case tooManyConnections = -32003
    case tooDeep = -32004
    case deadlineExceeded = -32005
    /// The server is stopping and has not begun the call: repeat it on a new connection.
    case draining = -32006
    case cancelled = -32007
    /// The method, or the whole server, is not for this peer.
    case notAllowed = -32008
    /// The answer would be longer than a line may be.
    case answerTooLong = -32009
    /// The server lacks something that it needs, for example its database; the caller may try again later.
    case unavailable = -32010

    /// The stable symbolic name that travels in `data.kind`.
    package var kind: String {
        switch self {
        case .parseError: "parseError"
        case .invalidRequest: "invalidRequest"
        case .methodNotFound: "methodNotFound"
        case .invalidParams: "invalidParams"
        case .internalError: "internalError"
        case .lineTooLong: "lineTooLong"
        case .batchTooLarge: "batchTooLarge"
        case .tooManyCalls: "tooManyCalls"
        case .tooManyConnections: "tooManyConnections"
        case .tooDeep: "tooDeep"
        case .deadlineExceeded: "deadlineExceeded"
        case .draining: "draining"
        case .cancelled: "cancelled"
        case .notAllowed: "notAllowed"
        case .answerTooLong: "answerTooLong"
        case .unavailable: "unavailable"
        }
    }

    package var message: String {
        switch self {
        case .parseError: "Parse error"
        case .invalidRequest: "Invalid Request"
        case .methodNotFound: "Method not found"
        case .invalidParams: "Invalid params"
        case .internalError: "Internal error"
        case .lineTooLong: "Line too long"
        case .batchTooLarge: "Batch too large"
        case .tooManyCalls: "Too many calls in flight"
        case .tooManyConnections: "Too many connections"
        case .tooDeep: "Nested too deeply"
        case .deadlineExceeded: "Deadline exceeded"
        case .draining: "Draining, not begun"
        case .cancelled: "Cancelled"
        case .notAllowed: "Not allowed"
        case .answerTooLong: "Answer too long"
        case .unavailable: "Unavailable"
        }
    }
}
