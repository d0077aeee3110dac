/// What all exchanges of one ``HTTPTransport`` have in common.
package struct HTTPTransportConfiguration: Sendable {
    /// The most connections, and so the most exchanges under way; further ones wait in line.
    package var maximumConnections = 128
    /// The most exchanges that wait in line; one more fails at once, provably not sent.
    package var maximumWaiting = 10_000
    /// How long a connection may have been idle and still be used again (whole seconds).
    ///
    /// A connection that the server is about to close is where an exchange becomes ambiguous, so this is kept short.
    package var maximumConnectionAge: Duration = .seconds(15)
    /// How long connecting, with name lookup and TLS, may take.
    package var connectTimeout: Duration = .seconds(5)
    /// Whether `http:` is allowed beside `https:`.
    package var allowsPlainHTTP = true
    /// Which addresses may be connected to, checked after the name lookup.
    package var addressPolicy = AddressPolicy.any
    /// A proxy's URL; the proxy variables of the environment are never read.
    package var proxy: String?
    /// A PEM file of trusted authorities in place of the system's.
    package var certificateAuthorityFile: String?

    package init() {}
}
