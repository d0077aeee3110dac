/// An error that a handler throws when something that it needs is away for now, for example the database.
///
/// The server answers it with ``RPCErrorCode/unavailable``, which a caller sees as ``RPCCallError/unavailable(reason:begun:)``.
package protocol RPCUnavailability: Error {
    /// False for an error of the same type that says something else.
    var isUnavailable: Bool { get }
}
