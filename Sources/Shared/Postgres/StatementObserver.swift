/// Hears of every statement that the tasks below it run: how tests count what a piece of work asks of the server.
package enum StatementObserver {
    /// Gets the name of the statement's type, `COPY` for bulk rows.
    @TaskLocal package static var current: (@Sendable (_ name: String) -> Void)?
}
