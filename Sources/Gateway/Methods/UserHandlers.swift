import Contracts
import Cryptography
import Email
import JSONRPC
import Postgres

/// Staff users.
struct UserHandlers: Sendable {
    static let minimumPasswordLength = 12
    static let roles = ["admin", "editor", "viewer"]

    let database: PostgresPool
    private let hasher = PasswordHasher()

    init(database: PostgresPool) { self.database = database }

    func register(in methods: inout RPCMethodTable) {
        methods.on(CreateUser.self) { call, _ in try await createUser(call) }
    }

    func createUser(_ call: CreateUser) async throws -> CreatedUser {
        var faults: [String: String] = [:]
        let email = try? EmailAddress(call.email)
        if email == nil { faults["email"] = "invalid" }
        if call.password.count < Self.minimumPasswordLength { faults["password"] = "too_short" }
        if !Self.roles.contains(call.role) { faults["role"] = "invalid" }
        guard faults.isEmpty, let email else { throw ValidationFailure(faults) }
        let record = try await hasher.hash(call.password)
        let user = try await database.first(UpsertUser(email: email.normalized, role: call.role, password: "\(record)"))
        guard let user else { throw ValidationFailure.field("email", "invalid") }
        return user
    }
}

/// Creates or changes a user and writes the audit log, in one statement.
struct UpsertUser: Statement {
    static var sample: Self { Self(email: "a@example.com", role: "admin", password: "") }

    var email: String
    var role: String
    var password: String

    var sql: SQL {
        """
        WITH written AS (
            INSERT INTO gateway.users AS known (email, role, password)
            VALUES (\(email), \(role), \(password))
            ON CONFLICT (email) DO UPDATE
            SET role = EXCLUDED.role, password = EXCLUDED.password, updated_at = pg_catalog.now()
            RETURNING id, email, role, known.xmax = 0 AS created
        ), logged AS (
            INSERT INTO gateway.audit_log (actor, action, subject)
            SELECT 'operator', CASE WHEN written.created THEN 'user.create' ELSE 'user.update' END, written.id::text
            FROM written
        )
        SELECT written.id, written.email, written.role, written.created
        FROM written
        """
    }

    func decode(_ row: Row) throws -> CreatedUser {
        CreatedUser(
            id: try row.decode("id"),
            email: try row.decode("email"),
            role: try row.decode("role"),
            created: try row.decode("created")
        )
    }
}
