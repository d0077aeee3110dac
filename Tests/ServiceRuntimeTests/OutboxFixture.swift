import Contracts
import JSON
import JSONRPC
import Logging
import Postgres
@testable import ServiceRuntime
import Synchronization
import TestSupport

/// A call that leaves a mark at its receiver.
struct Note: RPCMethod, Codable {
    static let name = "audience.note"
    static let isIdempotent = true
    static let callers: Set<RPCPeer> = [.campaign]
    typealias Result = RecordedNote
    enum Failure: String, RPCFailure, Codable {
        case unwanted
        var kind: String { rawValue }
    }
    var text: String
}

struct RecordedNote: RPCPayload, Codable, Equatable {
    var length: Int
}

/// What a receiver was called with, in order.
final class Calls: Sendable {
    private let state = Mutex<[(text: String, key: String?)]>([])
    private let signal = WakeSignal()

    func add(_ text: String, _ key: String?) {
        state.withLock { $0.append((text, key)) }
        signal.wake()
    }

    var texts: [String] { state.withLock { $0.map(\.text) } }
    var keys: [String?] { state.withLock { $0.map(\.key) } }

    func wait(forCount count: Int) async {
        while texts.count < count { await signal.wait() }
    }
}

enum OutboxFixture {
    static let sender: TestDatabase.SchemaMigrations = (
        schema: "campaign", role: "datamailer_campaign",
        migrations: [
            Migration(
                name: "v0001_outbox",
                sql: """
                    CREATE TABLE campaign.outbox (
                        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                        destination text NOT NULL,
                        method text NOT NULL,
                        params text NOT NULL,
                        created_at timestamptz NOT NULL DEFAULT now(),
                        attempts integer NOT NULL DEFAULT 0,
                        last_error text NOT NULL DEFAULT ''
                    );
                    """
            )
        ]
    )

    static let receiver: TestDatabase.SchemaMigrations = (
        schema: "audience", role: "datamailer_audience",
        migrations: [
            Migration(
                name: "v0001_inbox",
                sql: """
                    CREATE TABLE audience.inbox (item_key text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
                    CREATE TABLE audience.notes (text text NOT NULL);
                    """
            )
        ]
    )

    static let logger = Logger(label: "test.outbox") { _ in SwiftLogNoOpLogHandler() }

    /// A receiver in this process.
    static func caller(_ handler: @escaping @Sendable (Note, String?) async throws -> RecordedNote) -> any RPCCaller {
        var methods = RPCMethodTable()
        methods.on(Note.self) { note, context in try await handler(note, context.metadata.idempotencyKey) }
        return InProcessCaller(methods, as: .campaign)
    }

    /// A receiver that notes each text once, by its key, in its own schema.
    static func storingCaller(_ calls: Calls, _ database: PostgresPool, failsAfterFirst: Bool = false) -> any RPCCaller {
        caller { note, key in
            try await database.transaction { transaction in
                guard try await Inbox(schema: "audience").isFirst(key, in: transaction) else { return }
                try await transaction.execute(AddNote(text: note.text))
            }
            let isFirst = !calls.texts.contains(note.text)
            calls.add(note.text, key)
            if failsAfterFirst, isFirst { throw BrokenReceiver() }
            return RecordedNote(length: note.text.count)
        }
    }

    static func pusher(
        _ outbox: Outbox,
        _ database: PostgresPool,
        limits: OutboxPusher.Limits = quick,
        onResult: OutboxPusher.ResultHandler? = nil,
        caller: @escaping @Sendable (ServiceName) -> any RPCCaller
    ) -> OutboxPusher {
        OutboxPusher(outbox: outbox, database: database, caller: caller, logger: logger, limits: limits, onResult: onResult)
    }

    /// Hardly any back-off.
    static var quick: OutboxPusher.Limits {
        var limits = OutboxPusher.Limits()
        limits.firstPause = .milliseconds(1)
        limits.lastPause = .milliseconds(2)
        return limits
    }
}

struct BrokenReceiver: Error {}

struct AddNote: Statement {
    static let sample = Self(text: "")
    var text: String
    var sql: SQL { "INSERT INTO audience.notes (text) VALUES (\(text))" }
}

struct AllNotes: Statement {
    static let sample = Self()
    var sql: SQL { "SELECT text FROM audience.notes ORDER BY text" }
    func decode(_ row: Row) throws -> String { try row.decode("text") }
}

/// Understands no note with the text `poison`.
struct RefusingCaller: RPCCaller {
    var next: any RPCCaller
    var count: @Sendable () -> Void

    init(_ next: any RPCCaller, count: @escaping @Sendable () -> Void) { self.next = next; self.count = count }

    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        guard (method as? Note)?.text != "poison" else {
            count()
            throw .refused(code: -32602, message: "no")
        }
        return try await next.call(method, deadline: deadline, idempotencyKey: idempotencyKey)
    }
}
