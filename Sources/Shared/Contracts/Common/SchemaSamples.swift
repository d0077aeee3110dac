import JSON
import JSONRPC
import Model

// What `rpc.discover` shows of the calls that are written and read by hand alone. Every member has a value that is not its usual one, because
// those are left out.

extension AudienceScope {
    fileprivate static let sample = AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(2), audienceID: AudienceID(3))
}

extension ListChange {
    fileprivate static var sample: ListChange {
        var change = ListChange()
        change.type = .custom
        change.name = "Homework 1"
        change.metadata = ["course": "ml"]
        return change
    }
}

extension ListMemberChange {
    fileprivate static let sample = ListMemberChange(
        sourceObjectKey: "submission:7",
        email: "ann@example.org",
        metadata: #"{"score":5}"#,
        isActive: false
    )
}

extension TransactionalSend {
    fileprivate static var sample: TransactionalSend {
        var send = TransactionalSend(email: "ann@example.org", templateKey: "welcome")
        send.idempotencyKey = "order-7"
        send.context = ["name": "Ann"]
        send.metadata = ["order": 7]
        send.senderID = "team"
        send.replyTo = "help@example.org"
        send.cc = ["bob@example.org"]
        send.bcc = ["archive@example.org"]
        send.headers = [MailHeader(name: "X-Order", value: "7")]
        send.parts = [MailPart(contentType: "text/calendar", content: "BEGIN:VCALENDAR", filename: "invite.ics")]
        send.attachments = [MailAttachment(filename: "a.txt", contentType: "text/plain", content: "aGk=", contentID: "a")]
        send.sendAt = Timestamp(microseconds: 0)
        send.categoryTag = "news"
        send.audienceID = AudienceID(3)
        send.audienceSlug = "main"
        send.comparesBody = false
        return send
    }
}

extension PutListMember: JSONSchemaSampled {
    package static var schemaSample: PutListMember { PutListMember(scope: .sample, listKey: "course:hw1", list: .sample, member: .sample) }
}

extension StageListMembers: JSONSchemaSampled {
    package static var schemaSample: StageListMembers {
        StageListMembers(organizationID: OrganizationID(1), upload: "u1", sequence: 0, members: [.sample])
    }
}

extension UpsertListMembers: JSONSchemaSampled {
    package static var schemaSample: UpsertListMembers {
        UpsertListMembers(
            scope: .sample,
            listKey: "course:hw1",
            list: .sample,
            members: [.sample],
            staged: StagedListMembers(upload: "u1", pages: 2)
        )
    }
}

extension ReconcileListMembers: JSONSchemaSampled {
    package static var schemaSample: ReconcileListMembers {
        ReconcileListMembers(
            scope: .sample,
            listKey: "course:hw1",
            list: .sample,
            members: [.sample],
            staged: StagedListMembers(upload: "u1", pages: 2)
        )
    }
}

extension SendTransactional: JSONSchemaSampled {
    package static var schemaSample: SendTransactional {
        SendTransactional(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(2)), message: .sample, dryRun: true)
    }
}

extension SendTransactionalBatch: JSONSchemaSampled {
    package static var schemaSample: SendTransactionalBatch {
        SendTransactionalBatch(scope: ClientScope(organizationID: OrganizationID(1), clientID: ClientID(2)), messages: [.sample])
    }
}
