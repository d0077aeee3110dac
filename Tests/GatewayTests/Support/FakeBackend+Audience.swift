import Contracts
import Cryptography
import JSON
import JSONRPC
import Model

extension FakeBackend {
    static let identity = ClientIdentity(
        organizationID: OrganizationID(1),
        organizationSlug: "dtc",
        clientID: ClientID(2),
        clientSlug: "app",
        clientName: "app"
    )
    static let time = Timestamp(microseconds: 1_795_457_492_131_607)

    static func audience(_ state: SharedState, _ key: AuthenticatedKey) -> RPCMethodTable {
        var methods = RPCMethodTable()
        addKeys(&methods, key)
        methods.on(UpsertContact.self) { call, _ in
            state.change { $0.upserts.append(call.change) }
            return status(call.change.email.lowercased(), id: 1)
        }
        methods.on(GetContactStatus.self) { call, _ in
            status(call.email, id: call.email.hasPrefix("unknown") ? nil : 1)
        }
        methods.on(GetSenders.self) { _, _ in
            ClientSenders(
                client: identity,
                defaultSenderID: "courses",
                senders: [Sender(id: "courses", email: "Courses <courses@example.com>")]
            )
        }
        methods.on(PutSenders.self) { call, _ in
            ClientSenders(client: identity, defaultSenderID: call.defaultSenderID, senders: call.senders)
        }
        addImport(&methods, state)
        addLists(&methods, state)
        addImportJobs(&methods, state)
        addContacts(&methods, state)
        addPreferencePage(&methods, state)
        addSegments(&methods)
        addPersonalData(&methods, state)
        return methods
    }

    private static func addKeys(_ methods: inout RPCMethodTable, _ key: AuthenticatedKey) {
        methods.on(AuthenticateKey.self) { call, _ in
            let isKnown = call.secretHash == SHA256.hexadecimalHash([UInt8](repeating: UInt8(ascii: "s"), count: 43))
            guard isKnown else { throw AuthenticateKey.Failure.invalidKey }
            guard call.publicID != "inactive0000" else { throw AuthenticateKey.Failure.inactiveClient }
            return key
        }
        methods.on(ResolveAudience.self) { call, _ in
            guard call.slug == "main" else { throw ValidationFailure.field("audience", "not_found") }
            return ResolvedAudience(audienceID: AudienceID(3), slug: "main", name: "Main")
        }
    }

    private static func addImport(_ methods: inout RPCMethodTable, _ state: SharedState) {
        methods.on(BeginImport.self) { call, _ in
            state.change { $0.imports.append(call) }
            return ImportState(jobID: ImportJobID(9), nextSequence: 0, finished: false, counts: ImportCounts())
        }
        methods.on(ImportPage.self) { call, _ in
            let rows = emails(call, state.now.imports.last?.format)
            var result = ImportPageResult(counts: ImportCounts(), faults: call.refused, results: [])
            for (index, email) in rows.enumerated() {
                let item = call.firstItem + index
                if email.contains("@") {
                    result.results.append(
                        ImportRowResult(item: item, email: String(email), action: .created, contact: status(String(email), id: Int64(item)))
                    )
                } else {
                    result.faults.append(
                        RowFault(line: call.firstLine + index, item: item, email: String(email), errors: ["email": "invalid"])
                    )
                }
            }
            state.change { $0.pages.append(call) }
            result.counts.total = rows.count
            result.counts.created = result.results.count
            result.counts.invalid = result.faults.count
            return result
        }
    }

    static func status(_ email: String, id: Int64?) -> ContactStatus {
        ContactStatus(
            contactID: id.map { ContactID($0) },
            email: email,
            verifiedAt: nil,
            validationStatus: id == nil ? .unknown : .externallyValidated,
            validationReason: "signup",
            validatedAt: id == nil ? nil : time,
            globalUnsubscribed: false,
            hardBounced: false,
            complained: false,
            audience: SubscriptionState(slug: "main", status: nil, verifiedAt: nil, unsubscribedAt: nil, unsubscribeReason: ""),
            client: SubscriptionState(slug: "app", status: .subscribed, verifiedAt: time, unsubscribedAt: nil, unsubscribeReason: ""),
            marketingRefusal: nil,
            transactionalRefusal: nil,
            tags: ["beta", "ml-zoomcamp"],
            attributes: [:],
            createdAt: time,
            updatedAt: time
        )
    }
}
