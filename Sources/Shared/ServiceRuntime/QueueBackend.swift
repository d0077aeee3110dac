/// What holds the queues (`DATAMAILER_QUEUE`).
package enum QueueBackend: String, CaseIterable, Sendable {
    case postgres

    /// - Parameter configured: nil and empty are the default.
    /// - Throws: ``StartFailure`` for a backend that is not there, so that nobody takes Postgres for it.
    package init(configured: String?) throws(StartFailure) {
        guard let configured, !configured.isEmpty else {
            self = .postgres
            return
        }
        guard let backend = QueueBackend(rawValue: configured) else {
            let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw StartFailure("DATAMAILER_QUEUE: there is no queue backend \(configured); there is \(known)")
        }
        self = backend
    }
}
