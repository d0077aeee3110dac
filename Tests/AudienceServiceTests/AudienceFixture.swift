import AudienceService
import Configuration
import Contracts
import Cryptography
import JSON
import JSONRPC
import Logging
import Model
import Postgres
import Schemas
import ServiceRuntime
import TestSupport
import Testing

/// The service in this process on the test's database, called through the wire's encoding, with one provisioned client.
struct AudienceFixture: Sendable {
    var caller: InProcessCaller
    var owner: PostgresPool
    var scope: AudienceScope
    var client: ClientIdentity
    var apiKey: String?

    static func make(organization: String = "acme", audience: String = "main", client: String = "app") async throws -> AudienceFixture {
        let database = try #require(TestDatabase.current)
        let pool = database.pool(asRole: "datamailer_audience")
        let environment = ServiceEnvironment(
            name: .audience,
            configuration: ConfigReader(provider: InMemoryProvider(values: [:])),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            database: pool,
            caller: { _ in InProcessCaller(RPCMethodTable()) }
        )
        let built = try await AudienceBuild.build(environment)
        let caller = InProcessCaller(built.methods)
        let provisioned = try await caller.call(
            Provision(
                organization: organization,
                audience: audience,
                client: client,
                senders: [Sender(id: "news", email: "News <news@example.com>")],
                keyName: "first"
            )
        )
        let scope = AudienceScope(
            organizationID: provisioned.client.organizationID,
            clientID: provisioned.client.clientID,
            audienceID: provisioned.audienceID
        )
        return AudienceFixture(
            caller: caller,
            owner: database.pool(),
            scope: scope,
            client: provisioned.client,
            apiKey: provisioned.apiKey
        )
    }

    /// The same service, for another organization.
    func other(_ organization: String, client: String = "app") async throws -> AudienceScope {
        let provisioned = try await caller.call(
            Provision(organization: organization, audience: "main", client: client, senders: [], keyName: nil)
        )
        return AudienceScope(
            organizationID: provisioned.client.organizationID,
            clientID: provisioned.client.clientID,
            audienceID: provisioned.audienceID
        )
    }

    func script(_ sql: String) async throws {
        try await owner.withConnection { try await $0.script(sql) }
    }

    func upsert(
        _ email: String,
        in scope: AudienceScope? = nil,
        _ edit: (inout ContactChange) -> Void = { _ in }
    ) async throws -> ContactStatus {
        var change = ContactChange(email: email)
        edit(&change)
        return try await caller.call(UpsertContact(scope: scope ?? self.scope, change: change))
    }

    func status(_ email: String, in scope: AudienceScope? = nil) async throws -> ContactStatus {
        try await caller.call(GetContactStatus(scope: scope ?? self.scope, email: email))
    }

    /// A subscribed and verified contact.
    func subscriber(_ email: String, tags: [String]? = nil) async throws -> ContactStatus {
        try await upsert(email) { change in
            change.status = .subscribed
            change.verified = true
            change.tags = tags
        }
    }

    func refusal(_ id: ContactID?, category: String = "", in scope: AudienceScope? = nil) async throws -> SkipReason? {
        let id = try #require(id).rawValue
        let refusals = try await caller.call(CheckEligibility(scope: scope ?? self.scope, categoryTag: category, contactIDs: [id]))
        return refusals.reasons.first
    }
}

extension DatabaseTrait {
    static var audience: (schema: String, role: String, migrations: [Migration]) {
        (schema: "audience", role: "datamailer_audience", migrations: Schemas.audience)
    }
}

/// The failure of a call, or nil when it did not fail by contract.
func failure<Method: RPCMethod>(_ caller: InProcessCaller, _ method: Method) async -> Method.Failure? {
    do {
        _ = try await caller.call(method)
        return nil
    } catch {
        if case .failed(let failure) = error { return failure }
        return nil
    }
}

extension AudienceFixture {
    /// The rows of a table (a `WHERE` may follow its name).
    func count(_ table: String) async throws -> Int {
        Int(try await text("SELECT count(*) FROM \(table)")) ?? -1
    }

    /// Which version of each row stands where.
    func rowVersions() async throws -> String {
        var versions = ""
        for table in ["contacts", "memberships", "subscriptions", "tags"] {
            versions += try await text("SELECT string_agg(ctid::text || xmin::text, ',' ORDER BY ctid) FROM audience.\(table)") + ";"
        }
        return versions
    }

    /// The one value that a query of the owner's gives.
    func text(_ query: String) async throws -> String {
        let bytes = try await owner.withConnection { connection in
            var bytes: [UInt8] = []
            try await connection.copyOut(SQL(stringLiteral: "COPY (\(query)) TO STDOUT")) { bytes += $0 }
            return bytes
        }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
