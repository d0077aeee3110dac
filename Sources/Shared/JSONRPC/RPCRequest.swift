/// A request or notification whose envelope has been read; its parameters are still bytes.
///
/// A class, because it is handed on several times.
package final class RPCRequest: Sendable {
    /// The token as it was sent; nil for a notification.
    package let id: ArraySlice<UInt8>?
    package let method: String
    /// An object, an array (which is refused), or nothing.
    package let params: ArraySlice<UInt8>?
    /// `params._meta`, unread.
    let metadata: ArraySlice<UInt8>?

    init(id: ArraySlice<UInt8>?, method: String, params: ArraySlice<UInt8>?, metadata: ArraySlice<UInt8>?) {
        self.id = id
        self.method = method
        self.params = params
        self.metadata = metadata
    }
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
