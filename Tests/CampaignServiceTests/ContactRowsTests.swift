import Contracts
import JSON
import JSONRPC
import Model
import Synchronization
import Testing

@testable import CampaignService

@Suite("A contact's rows", .campaignDatabase, .timeLimit(.minutes(1)))
struct ContactRowsTests {
    private let scope = AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(2), audienceID: AudienceID(3))

    @Test("the history of a contact, newest first, page by page, inside the organization only (I7)")
    func history() async throws {
        let world = try CampaignWorld()
        for key in ["c1", "c2", "c3"] { _ = try await world.started(key, contacts: key == "c1" ? 2 : 0) }
        let contact = ContactID(1)
        let all = try await world.api.call(ContactRecipients(scope: scope, contactID: contact)).recipients
        #expect(all.map(\.externalKey) == ["c3", "c2", "c1"])
        #expect(all.allSatisfy { $0.email == "person1@example.com" && $0.status == .pending && $0.audienceSlug == "main" })
        let newest = try await world.api.call(ContactRecipients(scope: scope, contactID: contact, limit: 1)).recipients
        #expect(newest.map(\.externalKey) == ["c3"])
        let older = try await world.api.call(ContactRecipients(scope: scope, contactID: contact, before: newest.first?.id)).recipients
        #expect(older.map(\.externalKey) == ["c2", "c1"])
        var other = scope
        other.organizationID = OrganizationID(9)
        #expect(try await world.api.call(ContactRecipients(scope: other, contactID: contact)).recipients.isEmpty)
        other = scope
        other.clientID = ClientID(8)
        #expect(try await world.api.call(ContactRecipients(scope: other, contactID: contact)).recipients.isEmpty)
        let export = ContactRecipients(scope: other, contactID: contact, isWholeOrganization: true)
        #expect(try await world.api.call(export).recipients.count == 3)
    }

    @Test("erasing takes address, merge fields and the link to the contact, keeps the numbers, and can be repeated")
    func erase() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 3)
        _ = try await world.started("c2", contacts: 0)
        let batch = try #require(try await world.messages().first)
        let claimed = try await world.claim(campaign, batch)
        try await world.record(campaign, batch, claimed, .sent)
        let erase = EraseContactRecipients(organizationID: OrganizationID(1), contactID: ContactID(2))
        let foreign = EraseContactRecipients(organizationID: OrganizationID(7), contactID: ContactID(2))
        #expect(try await world.api.call(foreign).counts == ["campaign_recipients_anonymized": 0])
        #expect(try await world.api.call(erase).counts == ["campaign_recipients_anonymized": 2])
        #expect(try await world.api.call(erase).counts == ["campaign_recipients_anonymized": 0])
        let rows = try await world.recipients()
        #expect(rows.map(\.email) == ["person1@example.com", "", "person3@example.com"])
        #expect(rows[1].contactID.rawValue < 0 && rows[1].providerMessageID == "" && rows[1].status == .sent)
        #expect(try await world.api.call(ContactRecipients(scope: scope, contactID: ContactID(2))).recipients.isEmpty)
        // An open that comes later counts, and is nobody's.
        let event = RecipientEvent(
            eventID: "e1",
            recipientID: rows[1].id.rawValue,
            type: .open,
            occurredAt: Timestamp(microseconds: 5),
            isHuman: true
        )
        #expect(try await world.api.call(ApplyTrackingEvents(events: [event])).contactIDs == [0])
        #expect(try await world.campaign().statistics.openCount == 1)
        try await world.expectExactCounters()
    }

    @Test("a waiting row of an erased person is asked about as nobody")
    func eraseWaiting() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        _ = try await world.api.call(EraseContactRecipients(organizationID: OrganizationID(1), contactID: ContactID(1)))
        let erased = try #require(try await world.recipients().first)
        world.audience.state.withLock { $0.refusals = [erased.contactID.rawValue: .suppressed] }
        let claimed = try await world.claim(campaign, batch)
        #expect(claimed.emails == ["person2@example.com"])
        #expect(try await world.recipients().map(\.status) == [.skipped, .pending])
    }

    @Test("the mail of a row is given when it was attempted and its person was not erased")
    func mail() async throws {
        let world = try CampaignWorld()
        let campaign = try await world.started(contacts: 2)
        let batch = try #require(try await world.messages().first)
        let rows = try await world.recipients()
        let request = GetRecipientMail(recipientID: rows[0].id)
        #expect(await isNotFound { _ = try await world.api.call(request) })
        _ = try await world.claim(campaign, batch)
        let mail = try await world.api.call(request)
        #expect(mail.email == "person1@example.com" && mail.contactID == ContactID(1))
        #expect(mail.mergeFields["attributes"]?["first_name"] == "tab\tname 1")
        #expect(mail.content.subject == "News for {{ contact.attributes.first_name }}")
        _ = try await world.api.call(EraseContactRecipients(organizationID: OrganizationID(1), contactID: ContactID(1)))
        #expect(await isNotFound { _ = try await world.api.call(request) })
        #expect(await isNotFound { _ = try await world.api.call(GetRecipientMail(recipientID: RecipientID(999_999))) })
    }

    private func isNotFound(_ body: () async throws -> Void) async -> Bool {
        do {
            try await body()
            return false
        } catch RPCCallError<GetRecipientMail.Failure>.failed(.notFound) {
            return true
        } catch {
            return false
        }
    }
}
