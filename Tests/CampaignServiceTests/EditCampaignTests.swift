import Contracts
import JSON
import JSONRPC
import Model
import Synchronization
import Testing

@testable import CampaignService

@Suite("Editing campaigns", .campaignDatabase, .timeLimit(.minutes(1)))
struct EditCampaignTests {
    private func failure(_ body: () async throws -> Void) async -> [String: String]? {
        do {
            try await body()
            return nil
        } catch RPCCallError<ValidationFailure>.failed(let failure) {
            return failure.fields
        } catch {
            Issue.record(error)
            return nil
        }
    }

    @Test("absent means unchanged, and a second PUT of the same is the same")
    func absent() async throws {
        let world = try CampaignWorld()
        let first = try await world.put {
            $0.includeTags = ["a", "b"]
            $0.metadata = ["z": 1, "a": ["1.0": true]]
            $0.scheduledAt = Timestamp(microseconds: 1_900_000_000_000_000)
            $0.fromEmail = "news"
        }
        #expect(first.created)
        world.clock.advance(by: .seconds(1))
        let second = try await world.put {
            $0.subject = nil
            $0.htmlBody = nil
            $0.textBody = "text"
        }
        #expect(!second.created)
        var expected = first.campaign
        expected.textBody = "text"
        expected.updatedAt = world.clock.now()
        #expect(second.campaign == expected)
        let cleared = try await world.put { $0.clearsSchedule = true }
        #expect(cleared.campaign.scheduledAt == nil)
        #expect(cleared.campaign.includeTags == ["a", "b"])
    }

    @Test("faults are named together and change nothing")
    func faults() async throws {
        let world = try CampaignWorld()
        try await world.put()
        let before = try await world.campaign()
        let fields = await failure {
            try await world.put {
                $0.subject = ""
                $0.htmlBody = "{% for %}"
                $0.textBody = "{{ password }}"
                $0.fromEmail = "nobody"
            }
        }
        #expect(
            fields == [
                "subject": "required", "html_body": "invalid_template", "text_body": "unknown_variable", "from_email": "not_configured",
            ]
        )
        #expect(try await world.campaign() == before)
        #expect(await failure { try await world.put("a\u{0}") } == ["external_key": "invalid"])
        #expect(await failure { try await world.put { $0.subject = "a\u{0}b" } } == ["subject": "invalid"])
    }

    @Test("another client's and another organization's campaign is not found")
    func walls() async throws {
        let world = try CampaignWorld()
        try await world.put()
        let strangers = [
            ClientScope(organizationID: OrganizationID(1), clientID: ClientID(9)),
            ClientScope(organizationID: OrganizationID(9), clientID: ClientID(2)),
        ]
        for scope in strangers {
            let address = world.address(scope: scope)
            #expect(await failure { _ = try await world.api.call(GetCampaign(address: address)) } == ["external_key": "not_found"])
            #expect(await failure { _ = try await world.api.call(QueueCampaign(address: address)) } == ["external_key": "not_found"])
            #expect(await failure { _ = try await world.api.call(CancelCampaign(address: address)) } == ["external_key": "not_found"])
            #expect(await failure { _ = try await world.api.call(PauseCampaign(address: address)) } == ["external_key": "not_found"])
            #expect(await failure { _ = try await world.api.call(ResumeCampaign(address: address)) } == ["external_key": "not_found"])
            #expect(await failure { _ = try await world.api.call(GetCampaignContent(address: address)) } == ["external_key": "not_found"])
            #expect(
                await failure { _ = try await world.api.call(ResendCampaign(address: address, kind: .failed)) } == [
                    "external_key": "not_found"
                ]
            )
            #expect(
                await failure { _ = try await world.api.call(ListRecipients(address: address, state: nil)) } == [
                    "external_key": "not_found"
                ]
            )
            #expect(try await world.api.call(ListCampaigns(scope: scope)).campaigns.isEmpty)
        }
        #expect(try await world.campaign().status == .draft)
    }

    @Test("a campaign stays in its audience and is not editable once it was started")
    func conflicts() async throws {
        let world = try CampaignWorld()
        try await world.put()
        let elsewhere = await failure {
            _ = try await world.api.call(
                PutCampaign(
                    address: world.address(),
                    audienceID: AudienceID(4),
                    audienceSlug: "x",
                    clientSlug: "app",
                    change: CampaignChange()
                )
            )
        }
        #expect(elsewhere == ["external_key": "audience_mismatch"])
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        #expect(await failure { try await world.put() } == ["status": "not_editable"])
    }

    @Test("the list is newest first, by page, without bodies")
    func list() async throws {
        let world = try CampaignWorld()
        for key in ["a", "b", "c"] { try await world.put(key) }
        let first = try await world.api.call(ListCampaigns(scope: CampaignWorld.scope, limit: 2)).campaigns
        #expect(first.map(\.externalKey) == ["c", "b"])
        #expect(first.allSatisfy { $0.htmlBody.isEmpty && !$0.subject.isEmpty })
        let rest = try await world.api.call(ListCampaigns(scope: CampaignWorld.scope, before: first.last?.id, limit: 2)).campaigns
        #expect(rest.map(\.externalKey) == ["a"])
    }

    @Test("content is the draft's until the start, then the revision's for ever")
    func content() async throws {
        let world = try CampaignWorld()
        try await world.put()
        let draft = try await world.api.call(GetCampaignContent(address: world.address()))
        #expect(draft.revisionID == RevisionID(0))
        #expect(draft.from == "News <news@example.com>")
        #expect(draft.clientName == "The App")
        _ = try await world.api.call(QueueCampaign(address: world.address()))
        world.audience.state.withLock { $0.senders = [Sender(id: "news", email: "changed@example.com")] }
        var content = try await world.api.call(GetCampaignContent(address: world.address()))
        #expect(content == (try await world.api.call(GetRevision(revisionID: content.revisionID))))
        let byID = try await world.api.call(GetPreviewContent(campaignID: content.campaignID))
        #expect(byID == content)
        content.revisionID = RevisionID(0)
        #expect(content == draft)
        #expect(await failure { _ = try await world.api.call(GetPreviewContent(campaignID: CampaignID(99))) } == ["external_key": "not_found"])
    }

    @Test("a list or segment that does not exist stops the start instead of mailing everybody")
    func selections() async throws {
        let world = try CampaignWorld()
        try await world.put {
            $0.recipientListKey = "course:2026"
            $0.segmentKey = "s"
        }
        let fields = await failure { _ = try await world.api.call(QueueCampaign(address: world.address())) }
        #expect(fields == ["recipient_list_key": "not_found", "segment_key": "not_found"])
        #expect(try await world.campaign().status == .draft)
    }

    @Test("without a configured sender nothing is started")
    func noSender() async throws {
        let world = try CampaignWorld()
        try await world.put()
        world.audience.state.withLock { $0.senders = [] }
        #expect(await failure { _ = try await world.api.call(QueueCampaign(address: world.address())) } == ["from_email": "not_configured"])
        #expect(
            await failure { _ = try await world.api.call(GetCampaignContent(address: world.address())) } == ["from_email": "not_configured"]
        )
    }
}
