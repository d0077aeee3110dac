/// What a connection and a server take before they refuse; defaults of DESIGN section 3.
package struct RPCLimits: Sendable {
    /// Bytes of one line without its newline, in both directions.
    package var maximumLineBytes = 16 * 1024 * 1024
    package var maximumBatch = 100
    /// Per connection; a client holds further calls back.
    package var maximumCallsInFlight = 256
    package var maximumConnections = 512
    /// Arrays and objects inside one another, the envelope included.
    package var maximumDepth = 64
    /// For calls that bring none of their own.
    package var defaultDeadline: Duration = .seconds(30)

    package init() {}
}
