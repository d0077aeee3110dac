import Contracts
import Model
import Postgres

extension TrackingStore {
    static let deliveryStatements: [any Statement.Type] = [
        LeaseDeliveries.self, ReleaseDelivery.self, NextDelivery.self, DueDeliveries.self, FinishAttempt.self, PruneDeliveries.self,
        NextEndpointID.self, EndpointsOfClient.self, InsertEndpoint.self, UpdateEndpoint.self, ReplaceEndpointSecret.self, DeleteEndpoint.self,
        AttemptPage.self, ReplayAttempt.self, ReplaySince.self, MergeTagChanges.self,
    ]

    /// - Parameter busy: this process's requests under way, by endpoint.
    func lease(busy: [Int64: Int], total: Int, policy: DeliveryPolicy) async throws -> [LeasedDelivery] {
        let seconds = Double(policy.lease.components.seconds)
        return try await database.run(LeaseDeliveries(busy: busy, each: policy.endpointConcurrency, total: total, lease: seconds))
    }

    func release(_ delivery: LeasedDelivery) async throws {
        try await database.execute(ReleaseDelivery(id: delivery.id, number: delivery.number))
    }

    func finish(_ delivery: LeasedDelivery, _ result: AttemptResult, startedAt: Timestamp, milliseconds: Int) async throws {
        let retryAfter = result.pause > 0 ? result.pause : nil
        let spread = Double.random(in: 0..<1)
        try await database.execute(
            FinishAttempt(
                delivery: delivery.id,
                endpoint: delivery.endpointID,
                number: delivery.number,
                version: delivery.version,
                result: result,
                startedAt: startedAt,
                milliseconds: milliseconds,
                delay: RetrySchedule.delay(afterAttempt: delivery.number, retryAfter: retryAfter, spread: spread)
            )
        )
    }

    func nextEndpointID() async throws -> Int64 {
        guard let id = try await database.first(NextEndpointID()) else { throw PostgresError(message: "the sequence of endpoints gave no id") }
        return id
    }

    func endpoints(_ scope: ClientScope, _ format: EndpointFormat, id: Int64? = nil) async throws -> [EndpointRow] {
        try await database.run(EndpointsOfClient(scope: scope, format: format, id: id))
    }

    /// Seconds until something is due that may go; nil when nothing waits.
    func nextDelivery() async throws -> Double? { try await database.first(NextDelivery()).flatMap(\.self) }

    func dueDeliveries() async throws -> Int { try await database.first(DueDeliveries()) ?? 0 }

    /// Forgets deliveries, with their attempts, that ended 30 days ago.
    func pruneDeliveries() async throws -> Int {
        var total = 0
        for _ in 0..<50 {
            let count = try await database.execute(PruneDeliveries(limit: 5_000))
            total += count
            if count < 5_000 { break }
        }
        return total
    }
}

/// Forgets some deliveries that ended long ago; their attempts go with them.
struct PruneDeliveries: Statement {
    static var sample: Self { Self(limit: 1) }
    var limit: Int
    var sql: SQL {
        """
        DELETE FROM tracking.deliveries
        WHERE deliveries.id IN (
            SELECT old.id
            FROM tracking.deliveries AS old
            WHERE old.state <> 'pending' AND old.finished_at < pg_catalog.now() - interval '30 days'
            ORDER BY old.finished_at
            LIMIT \(limit)
        )
        """
    }
}
