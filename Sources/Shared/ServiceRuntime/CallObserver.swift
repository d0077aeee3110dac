import JSON
import JSONRPC
import CoreMetrics
import Postgres

/// Looks at every call of a service: counts them, and knows when the process was ticked for nothing.
struct CallObserver: Sendable {
    var journal: CallJournal

    func observing(_ methods: RPCMethodTable) -> RPCMethodTable {
        let journal = journal
        return methods.observed { name in
            if !name.hasSuffix(".tick") { journal.noteCall() }
        } ended: { name, answer in
            Counter(label: "datamailer_rpc_calls", dimensions: [("method", name)]).increment()
            guard name.hasSuffix(".tick") else { return journal.noteCall() }
            let due = (try? JSONValue.parse(answer))?["result"]?["due"]?.int64Value
            if due == 0 { journal.noteEmptyTick() } else { journal.noteCall() }
        }
    }
}

/// A database that is away is answered as `unavailable`, which callers may try again, and not as an internal error.
extension PostgresError: RPCUnavailability {}
