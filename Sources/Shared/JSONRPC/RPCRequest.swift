/// A request or notification whose envelope has been read; its parameters are still bytes.
package struct RPCRequest: Sendable {
    /// The token as it was sent; nil for a notification.
    package var id: ArraySlice<UInt8>?
    package var method: String
    /// An object, an array (which is refused), or nothing.
    package var params: ArraySlice<UInt8>?
    /// `params._meta`, unread.
    var metadata: ArraySlice<UInt8>?
}

/// One element of a line: a request, or why it is none.
package enum RPCItem: Sendable {
    case request(RPCRequest)
    /// - id: the token to answer with, `null` when none could be read.
    case refused(RPCErrorCode, id: ArraySlice<UInt8>, reason: String)
}

/// What a line held.
package enum RPCIncoming: Sendable {
    case single(RPCItem)
    case batch([RPCItem])
}
