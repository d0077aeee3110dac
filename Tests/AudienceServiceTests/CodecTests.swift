import Contracts
import Foundation
import JSON
import JSONRPC
import Model
import Testing

@Suite("Hand-written codecs speak what Codable speaks")
struct CodecTests {
    static let scope = AudienceScope(organizationID: OrganizationID(1), clientID: ClientID(2), audienceID: AudienceID(3))

    static func status(full: Bool) -> ContactStatus {
        let time = full ? Timestamp(iso8601: "2026-01-02T03:04:05.000006Z") : nil
        let state = SubscriptionState(
            slug: "main",
            status: full ? .subscribed : nil,
            verifiedAt: time,
            unsubscribedAt: time,
            unsubscribeReason: "\"why\"\n"
        )
        return ContactStatus(
            contactID: full ? ContactID(7) : nil,
            email: "a@x.co",
            verifiedAt: time,
            validationStatus: .noMX,
            validationReason: "",
            validatedAt: time,
            globalUnsubscribed: true,
            hardBounced: false,
            complained: true,
            audience: state,
            client: state,
            marketingRefusal: full ? .complaint : nil,
            transactionalRefusal: full ? .complaint : nil,
            tags: full ? ["a", "ü"] : [],
            attributes: full ? ["a": [1, nil, "x"]] : [:],
            createdAt: time,
            updatedAt: time
        )
    }

    func check<Value: RPCPayload & Codable & Equatable>(_ value: Value) throws {
        var writer = JSONWriter()
        try value.write(to: &writer)
        #expect(try Value.read(ArraySlice(writer.bytes)) == value)
        #expect(try JSONDecoder().decode(Value.self, from: Data(writer.bytes)) == value)
        #expect(try Value.read(ArraySlice(try JSONEncoder().encode(value))) == value)
    }

    @Test("both ways, full and empty")
    func roundTrips() throws {
        for full in [true, false] {
            try check(Self.status(full: full))
            let fault = RowFault(line: 1, item: 2, email: full ? "x" : nil, errors: ["email": "invalid"], details: full ? ["email": "why"] : nil)
            let row = ImportRowResult(
                item: 1,
                email: "a",
                action: .wouldCreate,
                reason: full ? "r" : nil,
                keptItem: full ? 3 : nil,
                contact: full ? Self.status(full: true) : nil
            )
            var counts = ImportCounts()
            counts.total = 9
            try check(ImportPageResult(counts: counts, faults: full ? [fault] : [], results: full ? [row] : []))
            try check(
                CandidatePage(
                    contactIDs: full ? [1] : [],
                    emails: full ? ["a"] : [],
                    skipReasons: full ? [""] : [],
                    mergeFields: full ? ["{}"] : [],
                    next: full ? ContactID(1) : nil
                )
            )
            try check(EligibilityRefusals(contactIDs: full ? [1] : [], reasons: full ? [.suppressed] : []))
        }
    }

    @Test("requests too")
    func requests() throws {
        let page = ImportPage(
            jobID: ImportJobID(1),
            organizationID: OrganizationID(2),
            sequence: 3,
            firstLine: 4,
            firstItem: 5,
            records: "YQ==",
            refused: [RowFault(line: 1, item: 1, errors: ["row": "x"])],
            wantsResults: true,
            isLast: true
        )
        var writer = JSONWriter()
        try page.write(to: &writer)
        let read = try ImportPage.read(ArraySlice(writer.bytes))
        #expect(try JSONEncoder.sorted.encode(read) == JSONEncoder.sorted.encode(page))
        let check = CheckEligibility(scope: Self.scope, categoryTag: "n", contactIDs: [1, 2])
        writer = JSONWriter()
        try check.write(to: &writer)
        #expect(try JSONEncoder.sorted.encode(CheckEligibility.read(ArraySlice(writer.bytes))) == JSONEncoder.sorted.encode(check))
    }

    @Test("an upsert keeps what was not said and the text of numbers")
    func upserts() throws {
        var change = ContactChange(email: "a@x.co")
        let full = try JSONValue.parse(#"{"n":1.50,"big":9007199254740993,"z":null,"a":[]}"#)
        for attributes in [JSONValue?.none, .some(full)] {
            change.attributes = attributes
            if attributes != nil {
                (change.status, change.verified, change.tags) = (.subscribed, false, [])
                (change.validationStatus, change.validationReason) = (.noMX, "r")
                (change.resubscribe, change.resubscribeReason) = (true, "why")
                (change.globalUnsubscribed, change.hardBounced, change.complained) = (false, true, false)
            }
            var writer = JSONWriter()
            try UpsertContact(scope: Self.scope, change: change).write(to: &writer)
            let read = try UpsertContact.read(ArraySlice(writer.bytes))
            #expect(read.change == change, "\(String(decoding: writer.bytes, as: UTF8.self))")
            #expect(read.scope == Self.scope)
        }
    }

    @Test("a missing member is refused, an unknown one passed over")
    func members() throws {
        #expect(throws: (any Error).self) { try CandidatePage.read(ArraySlice(#"{"contactIDs":[]}"#.utf8)) }
        #expect(throws: (any Error).self) { try ContactStatus.read(ArraySlice("{}".utf8)) }
        let text = #"{"new":{"a":[1]},"contactIDs":[],"emails":"","skipReasons":"","mergeFields":"","next":null}"#
        #expect(try CandidatePage.read(ArraySlice(text.utf8)).next == nil)
    }
}

extension JSONEncoder {
    fileprivate static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return encoder
    }
}
