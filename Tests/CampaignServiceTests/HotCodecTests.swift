import Contracts
import Foundation
import JSON
import JSONRPC
import Model
import Testing

/// The hand-written forms are the ones that Codable would give: the wire does not know the difference.
@Suite("Hot messages on the wire")
struct HotCodecTests {
    private func check<Value: RPCPayload & Codable & Equatable>(_ value: Value) throws {
        try checkWire(value)
        var writer = JSONWriter()
        try value.write(to: &writer)
        #expect(try Value.read(writer.bytes[...]) == value)
    }

    private func checkWire<Value: RPCPayload & Codable>(_ value: Value) throws {
        var writer = JSONWriter()
        try value.write(to: &writer)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let coded = try encoder.encode(value)
        let ours = try encoder.encode(JSONDecoder().decode(Value.self, from: Data(writer.bytes)))
        #expect(ours == coded)
        let read = try Value.read(ArraySlice(coded))
        #expect(try encoder.encode(read) == coded)
        // Contracts grow: a member that is not known is left out.
        let grown = "{\"_meta\":{\"a\":[1,{}]}," + String(decoding: writer.bytes.dropFirst(), as: UTF8.self)
        #expect(try encoder.encode(Value.read(ArraySlice(grown.utf8))) == coded)
    }

    @Test("each hot message is the JSON of its Codable form, both ways")
    func roundTrips() throws {
        try checkWire(
            ClaimRecipients(campaignID: CampaignID(1), batchID: BatchID(2), recipientIDs: [3, 9_007_199_254_740_993], worker: "w \"1\"\n")
        )
        try check(
            ClaimedRecipients(
                disposition: .sending,
                revisionID: RevisionID(4),
                recipientIDs: [1],
                attempts: [2],
                contactIDs: [3],
                emails: ["ü@example.com"],
                mergeFields: ["{\"attributes\":{\"a\":\"\\u0000\\\\\"}}"],
                deferredIDs: [7],
                deferredSeconds: 12,
                heldIDs: [8, 9]
            )
        )
        try checkWire(
            RecordOutcomes(
                campaignID: CampaignID(1),
                batchID: BatchID(2),
                outcomes: [
                    AttemptOutcome(recipientID: 1, attempt: 1, kind: .sent, providerMessageID: "id"),
                    AttemptOutcome(recipientID: 2, attempt: 3, kind: .retry, reason: "busy", retryAfterSeconds: 30),
                    AttemptOutcome(recipientID: 3, attempt: 1, kind: .failed, reason: "render", isContent: true),
                ],
                fault: CampaignFault(kind: .sender, reason: "not \"verified\"")
            )
        )
        try check(RecordedOutcomes(recorded: 2))
        try checkWire(
            ApplyTrackingEvents(events: [
                RecipientEvent(
                    eventID: "e",
                    recipientID: 1,
                    type: .click,
                    occurredAt: Timestamp(microseconds: 1_800_000_000_123_456),
                    isHuman: true
                ),
                RecipientEvent(
                    eventID: "f",
                    recipientID: 2,
                    type: .unsubscribe,
                    occurredAt: Timestamp(microseconds: 0),
                    isHuman: false,
                    unsubscribeScope: "client"
                ),
            ])
        )
        try check(AppliedTrackingEvents(contactIDs: [1, 0], organizationIDs: [2, 0], campaignIDs: [3, 0]))
        try check(
            AppliedTrackingEvents(
                contactIDs: [1],
                organizationIDs: [2],
                campaignIDs: [3],
                clientIDs: [4],
                audienceIDs: [5],
                emails: ["a@b.example"]
            )
        )
        try checkWire(EnqueueCampaignBatch(campaignID: CampaignID(1), batchID: BatchID(2), generation: 3, recipientIDs: [4, 5]))
    }

    @Test("more elements than the contract allows, missing members and unknown values are refused")
    func refusals() {
        let ids = (0..<65).map(String.init).joined(separator: ",")
        #expect(throws: HotCodecError.tooMany("recipientIDs", limit: 64)) {
            try ClaimRecipients.read(ArraySlice("{\"campaignID\":1,\"batchID\":1,\"worker\":\"\",\"recipientIDs\":[\(ids)]}".utf8))
        }
        #expect(throws: HotCodecError.missing("worker")) {
            try ClaimRecipients.read(ArraySlice("{\"campaignID\":1,\"batchID\":1,\"recipientIDs\":[]}".utf8))
        }
        #expect(throws: HotCodecError.unknownValue("kind")) {
            try RecordOutcomes.read(
                ArraySlice("{\"campaignID\":1,\"batchID\":1,\"outcomes\":[{\"recipientID\":1,\"attempt\":1,\"kind\":\"maybe\"}]}".utf8)
            )
        }
        #expect(throws: HotCodecError.unequalColumns) {
            try ClaimedRecipients.read(ArraySlice("{\"disposition\":\"sending\",\"revisionID\":1,\"recipientIDs\":[1]}".utf8))
        }
        #expect(throws: JSONParseError.self) { try RecordedOutcomes.read(ArraySlice("{\"recorded\":1} x".utf8)) }
    }
}
