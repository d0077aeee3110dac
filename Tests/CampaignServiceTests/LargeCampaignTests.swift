import Contracts
import JSON
import JSONRPC
import Model
import Testing

@testable import CampaignService

@Suite("Campaigns of the largest size", .campaignDatabase, .timeLimit(.minutes(1)))
struct LargeCampaignTests {
    @Test("what every list brings has limits")
    func limits() async throws {
        let world = try CampaignWorld()
        do {
            try await world.put {
                $0.subject = String(repeating: "s", count: 4_001)
                $0.metadata = ["m": .string(String(repeating: "y", count: 64 << 10))]
                $0.includeTags = (0..<101).map { "t\($0)" }
                $0.excludeTags = ["fine", String(repeating: "t", count: 801)]
                $0.segmentKey = String(repeating: "k", count: 4_001)
            }
            Issue.record("stored")
        } catch RPCCallError<ValidationFailure>.failed(let failure) {
            let expected = [
                "subject": "too_long", "metadata": "too_long", "include_tags": "too_many", "exclude_tags.1": "too_long",
                "segment_key": "too_long",
            ]
            #expect(failure.fields == expected)
        }
    }

    @Test("a page of campaigns with large metadata fits into an answer, and all pages hold all campaigns without their bodies")
    func largePages() async throws {
        let world = try CampaignWorld()
        let metadata: JSONValue = ["m": .string(String(repeating: "y", count: (64 << 10) - 10))]
        for number in 0..<300 { try await world.put("c\(number)") { $0.metadata = metadata } }
        var (keys, before): ([String], CampaignID?) = ([], nil)
        while true {
            let page = try await world.api.call(ListCampaigns(scope: CampaignWorld.scope, before: before, limit: 500))
            keys += page.campaigns.map(\.externalKey)
            #expect(page.campaigns.allSatisfy { $0.metadata == metadata && $0.htmlBody.isEmpty })
            guard page.hasMore == true else { break }
            before = page.campaigns.last?.id
        }
        #expect(keys == (0..<300).reversed().map { "c\($0)" })
    }
}
