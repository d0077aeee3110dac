import Contracts
import JSON
import JSONRPC
import Model

/// Samples of the messages that are no `Codable`: what they carry is written and read by hand alone.
enum HandWrittenSamples {
    static func of(_ type: any RPCPayload.Type) throws -> [any RPCPayload] {
        switch type {
        case is PutListMember.Type: [PutListMember(scope: scope, listKey: "a:b", list: try list, member: member)]
        case is StageImportPage.Type: try SampleDecoder.Fullness.allCases.map { StageImportPage(page: try SampleDecoder.make(ImportPage.self, $0)) }
        case is StageListMembers.Type:
            [StageListMembers(organizationID: OrganizationID(1), upload: "u", sequence: 2, members: [member, bare])]
        case is UpsertListMembers.Type:
            [
                UpsertListMembers(scope: scope, listKey: "a", list: try list, members: [member], staged: StagedListMembers(upload: "u", pages: 2)),
                UpsertListMembers(scope: scope, listKey: "a", list: try list, members: []),
            ]
        case is ReconcileListMembers.Type:
            [
                ReconcileListMembers(scope: scope, listKey: "a", list: try list, members: [bare], removesAbsent: false, dryRun: true),
                ReconcileListMembers(scope: scope, listKey: "a", list: try list, members: [], staged: StagedListMembers(upload: "u", pages: 1)),
            ]
        case is SendTransactional.Type:
            [SendTransactional(scope: client, message: message, dryRun: true), SendTransactional(scope: client, message: least)]
        case is SendTransactionalBatch.Type: [SendTransactionalBatch(scope: client, messages: [message, least])]
        case is ContactPage.Type:
            [
                ContactPage(contacts: try SampleDecoder.Fullness.allCases.map { try SampleDecoder.make(ContactStatus.self, $0) }, next: ContactID(9)),
                ContactPage(contacts: [], next: nil),
            ]
        case is ContactCSVPage.Type: [ContactCSVPage(csv: "a,\"b\"\r\n", next: ContactID(9)), ContactCSVPage(csv: "", next: nil)]
        default: []
        }
    }

    private static let scope = AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(2), audienceID: AudienceID(3))
    private static let client = ClientScope(organizationID: OrganizationID(1), clientID: ClientID(2))
    private static let member = ListMemberChange(sourceObjectKey: "k:1", email: "a@b.c", metadata: "{\"a\":[1]}", isActive: false)
    private static let bare = ListMemberChange(sourceObjectKey: "k:2", email: "b@b.c")
    private static let least = TransactionalSend(email: "a@b.c", templateKey: "t")
    private static var list: ListChange { get throws { try SampleDecoder.make(ListChange.self, .full) } }

    private static var message: TransactionalSend {
        var message = TransactionalSend(email: "ä@b.c", templateKey: "t")
        message.idempotencyKey = "k"
        message.context = ["name": "Ada \"L\""]
        message.metadata = ["order": 7]
        message.senderID = "news"
        message.replyTo = "r@b.c"
        message.cc = ["c@b.c"]
        message.bcc = ["d@b.c"]
        message.headers = [MailHeader(name: "X-A", value: "1")]
        message.parts = [MailPart(contentType: "text/calendar", content: "BEGIN", filename: "f.ics")]
        message.attachments = [MailAttachment(filename: "f", contentType: "text/plain", content: "YQ==", contentID: "c")]
        message.sendAt = Timestamp(microseconds: 1_764_500_000_123_456)
        message.categoryTag = "c"
        message.audienceID = AudienceID(3)
        message.audienceSlug = "main"
        message.comparesBody = false
        return message
    }
}
