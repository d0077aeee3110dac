import Contracts
import HTTPTransport
import Postgres
import TestSupport
import Testing

extension EndToEnd {
    /// I4: what `datamailer verify` finds, by losses that are made in the databases behind the services' backs.
    @Suite("Verification", .serialized) struct Verification {
        @Test("Counters that a lost event made wrong are named, whichever service lost it, and a healthy system has none", .timeLimit(.minutes(15)))
        func losses() async throws {
            try await withUpAndDatabase { up, folder, owner in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(20)
                try await tenant.putCampaign("news")
                try await tenant.queue("news")
                try await tenant.wait("news", for: .sent)
                let mails = try await CapturedMail.readAll(up, folder)
                try await read(mails, up)
                try await eventually("everything is counted") {
                    let numbers = try await tenant.campaign("news").statistics
                    return numbers.openCount == 20 && numbers.clickCount == 6 && numbers.unsubscribeCount == 2
                }
                let healthy = try await up.command(["verify"], folder)
                #expect(healthy.code == 0, "\(healthy.output)\(healthy.errors)")
                #expect(healthy.output.contains("between services: 0 differ"))

                try await losesForwarding(mails[9], up, folder, owner)
                try await damage(up, folder, owner)
            }
        }

        private func read(_ mails: [CapturedMail], _ up: UpProcess) async throws {
            for mail in mails { #expect(try await up.http("GET", mail.pixel, headers: Self.browser).status == 200) }
            for mail in mails.prefix(6) { #expect(try await up.http("GET", mail.clickLinks[0], headers: Self.browser).status == 302) }
            for mail in mails.prefix(2) {
                let left = try await up.http("POST", mail.unsubscribeLink, body: "List-Unsubscribe=One-Click", headers: Self.form)
                #expect(left.status == 200)
            }
        }

        /// An acknowledged click whose way to Campaign is lost: both services are consistent in themselves.
        private func losesForwarding(_ mail: CapturedMail, _ up: UpProcess, _ folder: TemporaryFolder, _ owner: PostgresPool) async throws {
            try await run(
                owner,
                """
                CREATE FUNCTION public.lose() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                CREATE TRIGGER lose BEFORE INSERT ON tracking.forwarding FOR EACH ROW EXECUTE FUNCTION public.lose();
                GRANT USAGE ON SCHEMA public TO datamailer_tracking
                """
            )
            #expect(try await up.http("GET", mail.clickLinks[0], headers: Self.browser).status == 302)
            try await run(owner, "DROP TRIGGER lose ON tracking.forwarding")
            let result = try await up.command(["verify", "--wait", "3"], folder)
            #expect(result.code == 1)
            #expect(
                result.output.contains(
                    /campaign \d+, recipient \d+: clicks: tracking has 1, campaign has 0; human clicks: tracking has 1, campaign has 0/
                ),
                "\(result.output)"
            )
            #expect(result.output.contains("between services: 1 differ"))
            try await run(
                owner,
                "DELETE FROM tracking.events WHERE type = 'click' AND id = (SELECT max(id) FROM tracking.events WHERE type = 'click')"
            )
            try await up.expectVerified(folder)
        }

        private func damage(_ up: UpProcess, _ folder: TemporaryFolder, _ owner: PostgresPool) async throws {
            // An applied event that the ledger lost together with its counters.
            try await expect(
                /recipient \d+: opens: tracking has 1, campaign has 0/,
                after: """
                    WITH lost AS (
                        UPDATE campaign.recipients SET open_count = 0, human_open_count = 0, first_opened_at = NULL
                        WHERE id = (SELECT min(id) FROM campaign.recipients WHERE open_count = 1 AND click_count = 0)
                        RETURNING batch_id
                    )
                    UPDATE campaign.batches SET open_count = open_count - 1, human_open_count = human_open_count - 1,
                        unique_open_count = unique_open_count - 1, unique_human_open_count = unique_human_open_count - 1
                    FROM lost WHERE batches.id = lost.batch_id
                    """,
                up,
                folder,
                owner
            )
            // News that Audience lost.
            try await expect(
                /contact \d+: clicks: campaign has 1, audience has 0/,
                after: """
                    UPDATE audience.engagement SET click_count = 0
                    WHERE contact_id = (SELECT max(contact_id) FROM audience.engagement WHERE click_count = 1)
                    """,
                up,
                folder,
                owner
            )
            // What each service moved aside.
            for schema in ["audience", "campaign", "delivery"] {
                try await expect(
                    /outbox item \d+ \(test.note\) was refused: no/,
                    after: "INSERT INTO \(schema).outbox (destination, method, params, last_error) VALUES ('dead:gateway', 'test.note', '{}', 'no')",
                    up,
                    folder,
                    owner
                )
                try await run(owner, "DELETE FROM \(schema).outbox")
            }
            // Inside a service nothing has to be waited for: one look is enough.
            let started = ContinuousClock.now
            try await run(owner, "UPDATE campaign.batches SET sent_count = sent_count + 1")
            let result = try await up.command(["verify", "--wait", "0"], folder)
            #expect(result.code == 1 && result.output.contains("sent_count is 21, the ledger has 20"), "\(result.output)")
            #expect(ContinuousClock.now - started < .seconds(30))
        }

        @Test("An event of the provider that Delivery or Campaign lost is named", .timeLimit(.minutes(15)))
        func providerEvents() async throws {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let ses = try await FakeSES(folder: folder)
            try await withUpAndDatabase(ses.environment.merging(ses.notifying) { $1 }) { up, upFolder, owner in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(30)
                try await tenant.putCampaign("news")
                try await tenant.queue("news")
                try await tenant.wait("news", for: .sent)
                let told = try await ses.notify(up.url, seed: 3)
                try await eventually("all is counted") {
                    let numbers = try await tenant.campaign("news").statistics
                    return numbers.deliveredCount == told.delivered.count && numbers.bounceCount == told.bounced.count + told.soft.count
                }
                try await up.expectVerified(upFolder)
                try await expect(
                    /campaign \d+, recipient \d+: delivered: delivery has 0, campaign has 1/,
                    after: """
                        DELETE FROM delivery.provider_events
                        WHERE event_key = (SELECT event_key FROM delivery.provider_events WHERE kind = 'delivered' ORDER BY message_id LIMIT 1)
                        """,
                    up,
                    upFolder,
                    owner
                )
            }
            try await ses.end()
        }

        private func expect(
            _ line: Regex<Substring>,
            after statement: String,
            _ up: UpProcess,
            _ folder: TemporaryFolder,
            _ owner: PostgresPool,
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            try await run(owner, statement)
            let result = try await up.command(["verify", "--wait", "1"], folder)
            #expect(result.code == 1, sourceLocation: sourceLocation)
            #expect(result.output.contains(line), "\(result.output)", sourceLocation: sourceLocation)
        }

        private func run(_ owner: PostgresPool, _ text: String) async throws { try await owner.withConnection { try await $0.script(text) } }

        private static let browser: [HTTPRequest.Header] = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")]
        private static let form: [HTTPRequest.Header] = [("Content-Type", "application/x-www-form-urlencoded")]
    }
}
