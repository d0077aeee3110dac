import Foundation
import Model
import Testing

@Suite("Identifier") struct IdentifierTests {
    @Test("an id travels as a JSON number") func coding() throws {
        #expect(String(decoding: try JSONEncoder().encode([ContactID(7), ContactID(.max)]), as: UTF8.self) == "[7,9223372036854775807]")
        #expect(try JSONDecoder().decode([ContactID].self, from: Data("[7]".utf8)) == [ContactID(7)])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ContactID].self, from: Data(#"["7"]"#.utf8)) }
    }

    @Test("ids are ordered and told apart by their number") func order() {
        #expect(CampaignID(1) < CampaignID(2))
        #expect(Set([CampaignID(1), CampaignID(rawValue: 1), CampaignID(2)]).count == 2)
        #expect("\(CampaignID(-5))" == "-5")
    }
}
