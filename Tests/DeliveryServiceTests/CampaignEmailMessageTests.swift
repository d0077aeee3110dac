import Model
import Testing

@testable import DeliveryService

@Suite("The queue contract campaign-email")
struct CampaignEmailMessageTests {
    @Test("a message reads back to what was written")
    func roundTrip() throws {
        let message = CampaignEmailMessage(campaignID: CampaignID(3), batchID: BatchID(4), recipientIDs: [1, 2, 9_007_199_254_740_993])
        #expect(try CampaignEmailMessage(body: message.body) == message)
        #expect(
            message.body
                == #"{"contract":"campaign-email","version":1,"campaign_id":3,"batch_id":4,"campaign_recipient_ids":[1,2,9007199254740993]}"#
        )
    }

    @Test(
        "a body that is not of the contract is refused by name",
        arguments: [
            ("nonsense", "body"),
            ("[]", "body"),
            (#"{"contract":"other","version":1}"#, "contract"),
            (#"{"contract":"campaign-email","version":2}"#, "version"),
            (#"{"contract":"campaign-email","version":1,"batch_id":1,"campaign_recipient_ids":[1]}"#, "campaign_id"),
            (#"{"contract":"campaign-email","version":1,"campaign_id":1,"campaign_recipient_ids":[1]}"#, "batch_id"),
            (
                #"{"contract":"campaign-email","version":1,"campaign_id":1,"batch_id":1,"campaign_recipient_ids":[]}"#,
                "campaign_recipient_ids"
            ),
            (
                #"{"contract":"campaign-email","version":1,"campaign_id":1,"batch_id":1,"campaign_recipient_ids":["1"]}"#,
                "campaign_recipient_ids"
            ),
            (
                #"{"contract":"campaign-email","version":1,"campaign_id":1,"batch_id":1,"campaign_recipient_ids":[0]}"#,
                "campaign_recipient_ids"
            ),
            (#"{"contract":"campaign-email","version":1,"campaign_id":1.5,"batch_id":1,"campaign_recipient_ids":[1]}"#, "campaign_id"),
        ]
    )
    func refuses(body: String, field: String) {
        #expect {
            try CampaignEmailMessage(body: body)
        } throws: { error in
            "\(error)".hasPrefix(field + ":")
        }
    }

    @Test("unknown members are ignored, so that the contract can grow")
    func grows() throws {
        let body =
            #"{"contract":"campaign-email","version":1,"campaign_id":1,"batch_id":2,"campaign_recipient_ids":[3],"metadata":{"a":1}}"#
        #expect(try CampaignEmailMessage(body: body).recipientIDs == [3])
    }
}
