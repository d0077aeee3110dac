import Contracts
import JSON
import Model
import Testing

@testable import CampaignService

@Suite("Rules of a campaign's content and batches")
struct ContentRulesTests {
    @Test("a broken template is refused with its line and column")
    func brokenTemplate() throws {
        let check = ContentCheck(
            subject: "Hi",
            previewText: "",
            htmlBody: "<p>\n{% if contact.email %}",
            textBody: "{{ contact.email | nosuchfilter }}"
        )
        #expect(check.fields == ["html_body": "invalid_template", "text_body": "invalid_template"])
        #expect(try #require(check.details["html_body"]).hasPrefix("line 2, column "))
    }

    @Test("a root that campaigns do not have is refused by name")
    func unknownRoot() throws {
        let check = ContentCheck(
            subject: "{{ user.name }}",
            previewText: "{{ campaign.name }}",
            htmlBody: "{{ unsubscribe_url }}",
            textBody: ""
        )
        #expect(check.fields == ["subject": "unknown_variable"])
        #expect(try #require(check.details["subject"]).contains("user"))
    }

    @Test(
        "only the attributes that the content names are asked for",
        arguments: [
            ("Hello", []),
            ("{{ contact.email }}", []),
            ("{{ contact.attributes.first_name }} {{ contact.attributes.city.name }}", ["city", "first_name"]),
            ("{{ contact.attributes['last name'] }}", ["last name"]),
            ("{% for pair in contact.attributes %}{{ pair[0] }}{% endfor %}", nil),
            ("{{ contact.attributes[contact.email] }}", nil),
            ("{% assign c = contact %}{{ c.attributes.x }}", nil),
        ] as [(String, [String]?)]
    )
    func attributes(_ source: String, _ names: [String]?) {
        #expect(ContentCheck(subject: source, previewText: "", htmlBody: "", textBody: "").attributeNames == names)
    }

    @Test(
        "content that breaks for everybody is refused with its line and reason before anybody is mailed (D29)",
        arguments: [
            ("<p>\n{% for i in (1..100000000) %}x{% endfor %}</p>", "line 2, column 1: "),
            ("{% for a in (1..1000) %}\n{% for b in (1..1000) %}{% endfor %}{% endfor %}", "line "),
            ("\n\n{% for i in (1..90000) %}twenty characters of it{% endfor %}", "line 3, column "),
            ("{% for x in campaign.metadata.rows %}{% for i in (1..99999) %}{% endfor %}{% endfor %}", "line 1, column "),
            ("a\n{{ 1 | divided_by: 0 }}", "line 2, column "),
        ]
    )
    func breaksForEverybody(source: String, place: String) throws {
        var change = CampaignChange()
        change.subject = "Hi"
        change.htmlBody = source
        change.metadata = ["rows": [1, 2, 3]]
        let edit = CampaignEdit(.draft(key: "k", clientID: ClientID(1), audienceID: AudienceID(1), at: .now()), change: change, at: .now())
        #expect(edit.failure?.fields == ["html_body": "render_failed"])
        let reason = try #require(edit.failure?.details?["html_body"])
        #expect(reason.hasPrefix(place) && reason.count > place.count + 5, "\(reason)")
    }

    @Test(
        "what only some recipients' data can break is not refused",
        arguments: [
            "{{ 10 | divided_by: contact.attributes.n }}", "{% if contact.attributes.x %}{% for i in (1..999999999) %}{% endfor %}{% endif %}",
            "{% for item in member.items %}{{ item }}{% endfor %}", "{% for i in (1..1000) %}{{ i }}{% endfor %}",
        ]
    )
    func mayRender(source: String) {
        #expect(ContentCheck(subject: "Hi", previewText: "", htmlBody: source, textBody: "").fields == [:])
    }

    @Test("all faults of a change are reported together")
    func faults() {
        var change = CampaignChange()
        change.subject = " "
        change.metadata = ["a"]
        let edit = CampaignEdit(.draft(key: "", clientID: ClientID(1), audienceID: AudienceID(1), at: .now()), change: change, at: .now())
        #expect(
            edit.failure?.fields == ["external_key": "invalid", "subject": "required", "body": "required", "metadata": "must_be_object"]
        )
    }

    @Test("keys have 1 to 200 characters, no control characters and no space at an end")
    func keys() {
        for key in ["a", "news/2026-11", "Привет мир", String(repeating: "k", count: 200)] { #expect(CampaignKey.isValid(key)) }
        for key in ["", " a", "a ", "a\u{0}b", "a\nb", String(repeating: "k", count: 201)] { #expect(!CampaignKey.isValid(key)) }
    }

    @Test("batches hold at most 500 rows to mail and every row once", arguments: [0, 1, 499, 500, 501, 1_000, 1_001, 5_000])
    func batches(_ count: Int) {
        let reasons = (0..<count).map { $0 % 7 == 3 ? "unverified" : "" }
        let ids = (0..<count).map { Int64(100 + $0) }
        let size = SnapshotBatch.count(skipReasons: TextColumn(reasons).lines)
        let batches = SnapshotBatch.split(recipientIDs: ids, skipReasons: TextColumn(reasons).lines, batchIDs: (0..<size).map { Int64($0) })
        #expect(batches.count == size)
        #expect(batches.allSatisfy { $0.pendingIDs.count <= 500 })
        #expect(batches.flatMap(\.pendingIDs) == zip(ids, reasons).filter { $0.1.isEmpty }.map(\.0))
        #expect(batches.reduce(0) { $0 + Int($1.skippedCount) } == reasons.count { !$0.isEmpty })
        for (batch, next) in zip(batches, batches.dropFirst()) { #expect(batch.lastRecipient + 1 == next.firstRecipient) }
        #expect(batches.first?.firstRecipient == ids.first)
        #expect(batches.last?.lastRecipient == ids.last)
    }

    @Test("a page of skipped rows only is one batch without a message")
    func skippedPage() {
        #expect(SnapshotBatch.count(skipReasons: TextColumn(Array(repeating: "unverified", count: 1_200)).lines) == 1)
    }

    @Test("neighbouring batches are worked on together, up to the limit")
    func grouping() {
        let batches: [BatchRange] = [Int64](1...5).map { (number: Int64) -> BatchRange in
            let first = number * 10
            return BatchRange(
                campaignID: CampaignID(1),
                firstBatch: BatchID(number),
                lastBatch: BatchID(number),
                firstRecipient: first,
                lastRecipient: first + 9
            )
        }
        let ranges = BatchRange.grouping(batches, limit: 2)
        #expect(ranges.map(\.firstRecipient) == [10, 30, 50])
        #expect(ranges.map(\.lastRecipient) == [29, 49, 59])
    }
}
