import Postgres
import Schemas
import TestSupport
import Testing

@Suite("The versions of the schemas", .timeLimit(.minutes(1)))
struct VersionTests {
    /// Forward only: a line is added for a new migration, and no line is ever changed.
    static let golden = """
        audience v0001_foundation aa240f60d32edf16
        audience v0002_consent 01bb5fa9b92818d0
        audience v0003_recipient_lists b10d68ffeb14b110
        audience v0004_import_jobs 119506f3a7d0f20f
        audience v0005_segments 4e78ec7b7805c57f
        audience v0006_provider_suppressions e459cc2799793864
        audience v0007_news_for_tracking 0f2e5ce616347360
        audience v0008_key_scopes 8e877f5d5a1a1dd1
        audience v0009_preference_page 92b43ff9b7180e52
        audience v0010_inbox_by_time 4c6840496d8e7ded
        campaign v0001_foundation 095e63fb2418e7e8
        campaign v0002_selection 391ad3ab612a336d
        campaign v0003_refusals b4ad9bcce6afe753
        campaign v0004_erasure_and_inbox c1d8a4ee3f8a9ce3
        delivery v0001_foundation 43b8777297198f61
        delivery v0002_transactional 6bc4eb15037afcbf
        delivery v0003_provider_events 755683d291e384cd
        delivery v0004_message_copies 973ea54d2f6ecd95
        delivery v0005_erased_and_buried 298b2c0363c91fb9
        delivery v0006_inbox_by_time 5b63e0f257a0014b
        tracking v0001_foundation 14a7699e799567e4
        tracking v0002_activity_and_webhooks 7675b3ff78512cd0
        tracking v0003_refused_events f4fb78c2fe1296fc
        tracking v0004_inbox_by_time af93f3fb7a4c5592
        gateway v0001_foundation 72bb09c4d1a54ed1
        """

    @Test("are those that were ever released, byte for byte, and what comes after them")
    func versions() {
        let lines = RealSchemas.all.flatMap { set in set.migrations.map { "\(set.schema) \($0.name) \($0.checksum)" } }
        #expect(lines == Self.golden.split(separator: "\n").map(String.init), "\(lines.joined(separator: "\n"))")
    }

    @Test("are numbered without a gap", arguments: RealSchemas.names)
    func numbers(schema: String) throws {
        let set = try #require(RealSchemas.all.first { $0.schema == schema })
        for (index, migration) in set.migrations.enumerated() {
            let number = String(index + 1)
            #expect(migration.name.hasPrefix("v" + String(repeating: "0", count: 4 - number.count) + number + "_"), "\(migration.name)")
        }
    }

    @Test("stand in one database beside each other, and bringing them up to date again applies nothing", .allSchemas)
    func together() async throws {
        let owner = try #require(TestDatabase.current).pool()
        for set in RealSchemas.all {
            let migrator = Migrator(schema: set.schema, role: set.role, migrations: set.migrations)
            #expect(try await owner.withConnection { try await migrator.migrate($0) } == [])
            try await migrator.check(try #require(TestDatabase.current).pool(asRole: set.role))
        }
    }
}
