/// How an exchange ended: what the server said, or exactly what is known when it said nothing usable.
package enum HTTPExchange: Sendable {
    /// A whole answer, of any status.
    case response(HTTPResponse)
    /// No whole answer.
    case failed(HTTPFailure)
}

/// A whole answer.
package struct HTTPResponse: Sendable {
    package var status: Int
    /// Names as the server wrote them, in its order.
    package var headers: [HTTPRequest.Header]
    package var body: [UInt8]

    package init(status: Int, headers: [HTTPRequest.Header] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of the header, whatever the case of its name.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// What is known about a request that got no whole answer.
package enum HTTPDelivery: Hashable, Sendable {
    /// The server cannot have the whole request: sending it again is no repetition.
    case notSent
    /// The whole request left this process, or may have: the server may have acted on it.
    case ambiguous
    /// The server answered with this status (of any class), and the rest of the answer was lost or too long.
    case acceptedWithoutBody(status: Int)
}

/// Why there is no whole answer.
package struct HTTPFailure: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for logs and metrics; decisions about repeating are made by ``delivery``.
    package enum Reason: String, Sendable {
        case malformedRequest, busy, cancelled, nameLookup, connect, tls, timedOut, connectionLost, resendPrevented, responseTooLarge, other
    }

    package var reason: Reason
    /// The number of libcurl's error (`CURLcode`); 0 when libcurl was not asked or did not fail.
    package var code: Int
    /// libcurl's words, without anything of the request's headers and body.
    package var message: String
    package var delivery: HTTPDelivery

    package init(reason: Reason, code: Int = 0, message: String, delivery: HTTPDelivery) {
        self.reason = reason
        self.code = code
        self.message = message
        self.delivery = delivery
    }

    package var description: String { "\(reason.rawValue) (\(code)): \(message)" }
}
