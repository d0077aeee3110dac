import Contracts
import Foundation
import HTTPTransport
import JSON
import Model
import Postgres
import TestSupport
import Testing

extension EndToEnd {
    /// The largest that a client may ask for: answered as documented, in memory that does not grow with it (I10).
    @Suite("Limits", .serialized) struct Limits {
        @Test("a CSV file of 50 MB is imported as a job, one byte more is refused, and the gateway holds neither", .timeLimit(.minutes(15)))
        func upload() async throws {
            try await withUpOnSharedServer { up, _ in
                let tenant = try await Tenant(up)
                let rows = 10_500
                let file = Self.csv(rows: rows, bytes: 50 << 20)
                #expect(try await Self.upload(Array("email\nfirst@example.com\n".utf8), up, tenant).status == 200)
                let growth = try await up.growth(of: ["Gateway"]) {
                    let refused = try await Self.upload(file + [UInt8(ascii: "x")], up, tenant)
                    #expect(refused.status == 413 && refused.json["error"]?["code"] == "body_too_large", "\(refused.json.text.prefix(300))")
                    let accepted = try await Self.upload(file, up, tenant)
                    #expect(accepted.status == 202, "\(accepted.json.text.prefix(300))")
                    let id = try #require(accepted.json["import_job"]?["id"]?.int64Value)
                    let job = try await eventually("the import ends", within: .seconds(120)) {
                        let job = try await up.api("GET", "/api/contacts/imports/\(id)", key: tenant.apiKey).json["import_job"]
                        return ["succeeded", "failed"].contains(job?["status"]?.stringValue) ? job : nil
                    }
                    #expect(job["status"] == "succeeded" && job["counts"]?["created"]?.int64Value == Int64(rows), "\(job.text)")
                }
                #expect(growth["Gateway", default: .max] < 24 << 20, "\(growth)")
            }
        }

        /// A file of exactly that many bytes.
        private static func csv(rows: Int, bytes: Int) -> [UInt8] {
            var file = Array("email,note\n".utf8)
            file.reserveCapacity(bytes)
            for row in 0..<rows {
                let start = Array("c\(row)@example.com,".utf8)
                let end = row == rows - 1 ? bytes : file.count + (bytes - file.count) / (rows - row)
                file += start
                file += [UInt8](repeating: UInt8(ascii: "x"), count: end - file.count - 1)
                file.append(UInt8(ascii: "\n"))
            }
            return file
        }

        private static func upload(_ file: [UInt8], _ up: UpProcess, _ tenant: Tenant) async throws -> (status: Int, json: JSONValue) {
            func field(_ name: String, _ value: String) -> String {
                "--edge\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
            }
            let head =
                field("audience", "news") + field("client", "shop")
                + "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\n\r\n"
            let request = HTTPRequest(
                method: "POST",
                url: up.url + "/api/contacts/imports/csv",
                headers: [("Authorization", "Bearer \(tenant.apiKey)"), ("Content-Type", "multipart/form-data; boundary=edge")],
                body: Array(head.utf8) + file + Array("\r\n--edge--\r\n".utf8),
                timeout: .seconds(120)
            )
            switch await HTTPTransport().send(request) {
            case .response(let response): return (response.status, try JSONValue.parse(response.body))
            case .failed(let failure): throw failure
            }
        }

        @Test("100,000 members go in with one call, in ten pages of as many statements as 1,000 members need", .timeLimit(.minutes(15)))
        func members() async throws {
            try await withUpAndDatabase { up, _, pool in
                let tenant = try await Tenant(up)
                try await pool.withConnection { try await $0.script("CREATE EXTENSION pg_stat_statements") }
                var statements: [Int64] = []
                for count in [1_000, 100_000] {
                    let members = (0..<count).map { number -> JSONValue in
                        ["source_object_key": .string("m\(number)"), "email": .string("m\(number)@example.com")]
                    }
                    let body: JSONValue = ["audience": "news", "client": "shop", "members": .array(members)]
                    let before = try await pool.run(StatementsRun()).first ?? 0
                    let path = "/api/recipient-lists/course:\(count)/members/bulk-upsert"
                    let headers: [HTTPRequest.Header] = [("Authorization", "Bearer \(tenant.apiKey)")]
                    let answer = try await up.http("POST", path, body: body.text, headers: headers, timeout: .seconds(120))
                    let json = try JSONValue.parse(answer.body)
                    #expect(answer.status == 200 && json["created_count"]?.int64Value == Int64(count), "\(json.text.prefix(300))")
                    #expect(json["recipient_list"]?["active_member_count"]?.int64Value == Int64(count))
                    statements.append((try await pool.run(StatementsRun()).first ?? 0) - before)
                }
                #expect(statements[0] > 3 && statements[1] <= 10 * statements[0], "\(statements)")
            }
        }

        @Test("an export of 200,000 contacts is all there, and needs no more memory than one of 20,000", .timeLimit(.minutes(15)))
        func export() async throws {
            try await withUpAndDatabase { up, folder, pool in
                let tenant = try await Tenant(up)
                try await pool.withConnection { try await $0.script(Self.seed(1...20_000, tenant)) }
                try await expectExport(20_000, up, tenant, folder)
                try await pool.withConnection { try await $0.script(Self.seed(20_001...200_000, tenant)) }
                let growth = try await up.growth(of: ["Gateway", "AudienceService"]) {
                    try await expectExport(200_000, up, tenant, folder)
                }
                for (name, bytes) in growth { #expect(bytes < 24 << 20, "\(name): \(bytes >> 10) KiB") }
            }
        }

        /// Subscribed contacts, as an import would have left them.
        private static func seed(_ numbers: ClosedRange<Int>, _ tenant: Tenant) -> String {
            """
            WITH added AS (
                INSERT INTO audience.contacts (organization_id, email, attributes, created_at, updated_at)
                SELECT \(tenant.scope.organizationID.rawValue), 'e' || number || '@example.com',
                    jsonb_build_object('note', repeat('x', 100)), now(), now()
                FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) AS number
                RETURNING id
            ), placed AS (
                INSERT INTO audience.memberships (audience_id, contact_id) SELECT \(tenant.audienceID.rawValue), id FROM added
            )
            INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, source)
            SELECT \(tenant.audienceID.rawValue), \(tenant.scope.clientID.rawValue), id, 'subscribed', 'test' FROM added;
            ANALYZE audience.contacts, audience.memberships, audience.subscriptions
            """
        }

        /// Every contact stands in the file once.
        private func expectExport(_ count: Int, _ up: UpProcess, _ tenant: Tenant, _ folder: TemporaryFolder) async throws {
            let file = folder.path + "/export-\(count).csv"
            let words = [
                "/usr/bin/curl", "--silent", "--show-error", "--fail", "--max-time", "120", "--output", file, "--header",
                "Authorization: Bearer \(tenant.apiKey)", "\(up.url)/api/contacts.csv?audience=news&client=shop",
            ]
            let curl = try await KeptProcess.start(words, environment: ["PATH": "/usr/bin:/bin"], folder: folder, name: "export-\(count)")
            #expect(try await curl.end(within: .seconds(150)) == 0, "\(curl.errors)")
            let lines = try Data(contentsOf: URL(fileURLWithPath: file)).split(separator: UInt8(ascii: "\n"))
            let emails = Set(lines.dropFirst().map { $0.prefix { $0 != UInt8(ascii: ",") } })
            #expect(lines.count == count + 1 && emails.count == count)
            #expect(emails.contains(Data("e\(count)@example.com".utf8)))
        }
    }
}

/// What Audience has run in this database, but for what it looks for again and again.
private struct StatementsRun: Statement {
    static let sample = Self()
    var sql: SQL {
        """
        SELECT pg_catalog.sum(calls)::bigint AS calls
        FROM public.pg_stat_statements
        WHERE toplevel AND query NOT LIKE '%audience.outbox%' AND userid = 'datamailer_audience'::regrole
            AND dbid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
        """
    }
    func decode(_ row: Row) throws -> Int64 { try row.decode("calls") }
}
