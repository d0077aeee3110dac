import JSON
import JSONRPC
import Logging
import Postgres
import ServiceLifecycle

/// News for another service, written in the transaction of the change (DESIGN section 5, "Between services").
///
/// Its table, part of the schema's first migration:
/// ```sql
/// CREATE TABLE <schema>.outbox (
///     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
///     destination text NOT NULL,
///     method text NOT NULL,
///     params text NOT NULL,
///     created_at timestamptz NOT NULL DEFAULT now(),
///     attempts integer NOT NULL DEFAULT 0,
///     last_error text NOT NULL DEFAULT ''
/// )
/// ```
/// An item leaves the table when its call has succeeded, so items that commit out of order are never passed over.
package struct Outbox: Sendable {
    /// What stands before the destination of an item that was refused too often.
    package static let deadPrefix = "dead:"

    let service: ServiceName
    let table: any OutboxTable
    let signal = WakeSignal()

    /// - Parameter schema: the sender's schema.
    package init(schema: StaticString) {
        service = ServiceName(schema: schema)
        table = service.outboxTable
    }

    /// Adds one call; it is made with the idempotency key `<schema>:<id>` until it succeeds, in order for each destination.
    package func add<Method: RPCMethod>(_ method: Method, to destination: ServiceName, in transaction: some PostgresExecutor) async throws {
        OutboxMethods.shared.register(Method.self)
        var writer = JSONWriter()
        try method.write(to: &writer)
        let params = String(decoding: writer.bytes, as: UTF8.self)
        try await table.add(destination: destination.rawValue, method: Method.name, params: params, in: transaction)
    }

    /// Makes a method known whose items the database itself adds, for callers that take no raw calls; ``add(_:to:in:)`` does it by itself.
    package func declare<Method: RPCMethod>(_ method: Method.Type) { OutboxMethods.shared.register(method) }

    /// Wakes the pusher after the transaction has been committed.
    package func wake() { signal.wake() }

    /// How many items wait and since when: what `verify` reports as lag; those that were moved aside are ``deadItems(_:)``.
    package func backlog(_ executor: some PostgresExecutor) async throws -> OutboxBacklog {
        try await table.backlog(in: executor)
    }

    package func pendingCount(_ executor: some PostgresExecutor) async throws -> Int { try await backlog(executor).count }

    /// One line for each item that its destination refused too often, for `verify`; at most 100.
    package func deadItems(_ executor: some PostgresExecutor) async throws -> [String] {
        try await table.deadItems(in: executor)
    }

    /// Pushes until cancelled; wakes on ``wake()`` and every few seconds; exponential back-off while a destination is away.
    ///
    /// Of several processes one pushes at a time (a session advisory lock). An item to which its destination answers with
    /// a declared failure, or that it refuses ``OutboxPusher/Limits/refusals`` times, is moved aside: its destination gets ``deadPrefix`` and
    /// the next item goes on.
    /// - Parameter onResult: sees each successful call's raw result inside a transaction that also deletes the item.
    package func pusher(
        database: PostgresPool,
        caller: @escaping @Sendable (ServiceName) -> any RPCCaller,
        logger: Logger,
        onResult: OutboxPusher.ResultHandler? = nil
    ) -> any Service {
        OutboxPusher(outbox: self, database: database, caller: caller, logger: logger, onResult: onResult)
    }
}
