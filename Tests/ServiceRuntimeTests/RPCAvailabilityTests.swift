import Contracts
import JSONRPC
import Postgres
import ServiceRuntime
import Testing

@Suite("A service without its database")
struct RPCAvailabilityTests {
    @Test("a database that is away is answered as unavailable, another failure as internal", arguments: [true, false])
    func unavailable(isUnavailable: Bool) async throws {
        var methods = RPCMethodTable()
        methods.on(AudienceTick.self) { _, _ in throw PostgresError(message: "gone", isUnavailable: isUnavailable) }
        let error = await #expect(throws: RPCCallError<NoFailure>.self) { _ = try await InProcessCaller(methods).call(AudienceTick()) }
        switch error {
        case .unavailable: #expect(isUnavailable)
        case .refused(let code, _): #expect(!isUnavailable && code == -32603)
        default: Issue.record("\(String(describing: error))")
        }
    }

    @Test("a service says that its database is away")
    func health() async throws {
        let configuration = PostgresConfiguration(
            connectionString: "postgresql://nobody@/nothing?host=/nonexistent",
            applicationName: "test"
        )
        let pool = PostgresPool(configuration, logger: OutboxFixture.logger)
        var methods = RPCMethodTable()
        methods.registerHealth(AudienceHealth.self, name: .audience, database: pool)
        let report = try await InProcessCaller(methods).call(AudienceHealth())
        await pool.close()
        #expect(!report.databaseAvailable)
        #expect(report.schemaVersion.isEmpty)
        #expect(report.service == "audience")
        #expect(report.residentBytes > 1_000_000)
    }
}
