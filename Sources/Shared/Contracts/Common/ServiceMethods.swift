import JSON
import JSONRPC
import Model

/// What every service answers to the operator and the tick (each under its own name; see ``AudienceContract`` and its siblings).
package protocol TickMethod: RPCMethod where Result == TickReport, Failure == NoFailure {
    init()
}

/// What a tick found.
package struct TickReport: RPCPayload, Codable, Equatable {
    /// Pieces of work that were due and have been started or done.
    package var due: Int
    package init(due: Int) { self.due = due }
}

/// Recounts what the service counts, inside its schema (I4).
package protocol VerifyMethod: RPCMethod where Result == VerifyReport, Failure == NoFailure {
    /// True: only what waits is looked at, nothing is recounted.
    var onlyWaiting: Bool? { get set }
    init()
}

/// The result of a recount.
///
/// Empty `mismatches` is success.
package struct VerifyReport: RPCPayload, Codable, Equatable {
    /// One line a difference, for example `campaign 7: sent_count is 10, the ledger has 9`.
    package var mismatches: [String]
    /// Items that wait in this service's outbox; those that were moved aside wait for nobody and stand in `mismatches`.
    package var outboxPending: Int
    /// How many counters were compared.
    package var checked: Int
    /// Seconds since the oldest of the waiting items was written; 0 when none waits.
    package var oldestWaitingSeconds: Int?

    package init(mismatches: [String], outboxPending: Int, checked: Int, oldestWaitingSeconds: Int? = nil) {
        self.mismatches = mismatches
        self.outboxPending = outboxPending
        self.checked = checked
        self.oldestWaitingSeconds = oldestWaitingSeconds
    }
}

/// Facts about a running service for `doctor` and `/health/`.
package struct HealthReport: RPCPayload, Codable, Equatable {
    package var service: String
    package var databaseAvailable: Bool
    package var schemaVersion: String
    package var residentBytes: Int64
    package init(service: String, databaseAvailable: Bool, schemaVersion: String, residentBytes: Int64) {
        self.service = service
        self.databaseAvailable = databaseAvailable
        self.schemaVersion = schemaVersion
        self.residentBytes = residentBytes
    }
}

package protocol HealthMethod: RPCMethod where Result == HealthReport, Failure == NoFailure {
    init()
}
