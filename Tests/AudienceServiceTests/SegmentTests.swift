import Contracts
import JSON
import JSONRPC
import Model
import TestSupport
import Testing

@testable import AudienceService

@Suite("Segments", .database(DatabaseTrait.audience), .timeLimit(.minutes(1)))
struct SegmentTests {
    /// Four contacts: `a` is tagged, subscribed, pro and active; `b` unsubscribed; `c` pending without attributes; `d` complained.
    private func people() async throws -> AudienceFixture {
        let fixture = try await AudienceFixture.make()
        let a = try await fixture.upsert("a@x.co") {
            $0.status = .subscribed
            $0.verified = true
            $0.tags = ["VIP", "news"]
            $0.attributes = ["plan": "Pro", "points": 10, "city": "São Paulo"]
        }
        let b = try await fixture.upsert("b@Y.co") {
            $0.status = .subscribed
            $0.verified = true
            $0.tags = ["news"]
            $0.attributes = ["plan": "free", "points": "9.5", "beta": true]
        }
        let unsubscribe = UnsubscribeContact(
            scope: fixture.scope,
            contactID: try #require(b.contactID),
            unsubscribeScope: .client,
            reason: "test",
            occurredAt: .now()
        )
        _ = try await fixture.caller.call(unsubscribe)
        _ = try await fixture.upsert("c@x.co") { $0.attributes = ["points": "many"] }
        _ = try await fixture.subscriber("d@sub.x.co")
        try await fixture.script("UPDATE audience.contacts SET complained_at = now(), created_at = '2020-01-01Z' WHERE email = 'd@sub.x.co'")
        let opened = Timestamp.now().adding(.seconds(-5 * 86_400))
        var facts = RecordEngagement()
        facts.add(a.contactID, fixture.scope, opens: 3, clicks: 1, at: opened)
        facts.add(b.contactID, fixture.scope, opens: 1, clicks: 0, at: opened.adding(.seconds(-100 * 86_400)))
        _ = try await fixture.caller.call(facts)
        return fixture
    }

    static let conditions: [(rules: String, selected: String)] = [
        (#"{"field":"tag","operator":"has","value":"vip"}"#, "a"), (#"{"field":"tag","operator":"has_not","value":"VIP"}"#, "bcd"),
        (#"{"field":"tag","operator":"has","value":"nobody"}"#, ""),
        (#"{"field":"attributes.plan","operator":"equals","value":"pro"}"#, "a"),
        (#"{"field":"attributes.plan","operator":"not_equals","value":"pro"}"#, "bcd"),
        (#"{"field":"attributes.plan","operator":"in","value":["PRO","free"]}"#, "ab"),
        (#"{"field":"attributes.city","operator":"contains","value":"PAULO"}"#, "a"),
        (#"{"field":"attributes.city","operator":"starts_with","value":"são"}"#, "a"),
        (#"{"field":"attributes.city","operator":"ends_with","value":"lo"}"#, "a"),
        (#"{"field":"attributes.city","operator":"contains","value":"%"}"#, ""),
        (#"{"field":"attributes.points","operator":"greater_than","value":9}"#, "ab"),
        (#"{"field":"attributes.points","operator":"at_least","value":10}"#, "a"),
        (#"{"field":"attributes.points","operator":"less_than","value":10}"#, "b"),
        (#"{"field":"attributes.points","operator":"equals","value":9.50}"#, "b"),
        (#"{"field":"attributes.beta","operator":"equals","value":true}"#, "b"),
        (#"{"field":"attributes.points","operator":"exists"}"#, "abc"), (#"{"field":"attributes.plan","operator":"not_exists"}"#, "cd"),
        (#"{"field":"subscription.client","operator":"equals","value":"unsubscribed"}"#, "b"),
        (#"{"field":"subscription.client","operator":"in","value":["pending","subscribed"]}"#, "acd"),
        (#"{"field":"subscription.audience","operator":"equals","value":"none"}"#, "abcd"),
        (#"{"field":"verified","operator":"equals","value":false}"#, "c"), (#"{"field":"suppressed","operator":"equals","value":true}"#, "d"),
        (#"{"field":"mailable","operator":"equals","value":true}"#, "a"),
        (#"{"field":"validation","operator":"equals","value":"unknown"}"#, "abcd"),
        (#"{"field":"email_domain","operator":"in","value":["x.co"]}"#, "ac"),
        (#"{"field":"email","operator":"ends_with","value":"X.CO"}"#, "acd"),
        (#"{"field":"created_at","operator":"before","value":"2021-01-01T00:00:00Z"}"#, "d"),
        (#"{"field":"created_at","operator":"within_days","value":30}"#, "abc"),
        (#"{"field":"last_opened_at","operator":"within_days","value":30}"#, "a"),
        (#"{"field":"last_opened_at","operator":"not_within_days","value":30}"#, "bcd"),
        (#"{"field":"last_opened_at","operator":"not_exists"}"#, "cd"), (#"{"field":"last_clicked_at","operator":"exists"}"#, "a"),
        (#"{"field":"open_count","operator":"at_least","value":1}"#, "ab"), (#"{"field":"human_open_count","operator":"equals","value":0}"#, "cd"),
        (#"{"not":{"field":"attributes.points","operator":"greater_than","value":9}}"#, "cd"),
        (
            #"{"any":[{"field":"email","operator":"equals","value":"C@x.co"},{"all":[{"field":"tag","operator":"has","value":"news"},"#
                + #"{"not":{"field":"attributes.plan","operator":"equals","value":"free"}}]}]}"#, "ac"
        ),
    ]

    @Test("every kind of condition selects whom it says; a count and a preview agree")
    func everyCondition() async throws {
        let fixture = try await people()
        for (rules, selected) in Self.conditions {
            let evaluate = EvaluateSegment(scope: fixture.scope, rules: try JSONValue.parse(rules), isCounted: true, previewLimit: 100)
            let found = try await fixture.caller.call(evaluate)
            #expect(found.contacts.map { String($0.email.prefix(1)) }.joined() == selected, "\(rules)")
            #expect(found.count == Int64(selected.count), "\(rules)")
        }
    }

    static let faults: [(rules: String, faults: [String: String])] = [
        ("[]", ["rules": "must_be_object"]), ("{}", ["rules": "must_have_one_of_all_any_not_field"]),
        (#"{"all":[],"any":[]}"#, ["rules": "must_have_one_of_all_any_not_field"]), (#"{"all":[]}"#, ["rules.all": "must_be_non_empty_list"]),
        (#"{"any":{}}"#, ["rules.any": "must_be_list"]), (#"{"not":[]}"#, ["rules.not": "must_be_object"]),
        (#"{"all":[1,{"field":"x","operator":"has"}]}"#, ["rules.all.0": "must_be_object", "rules.all.1.field": "unknown"]),
        (#"{"field":"tag"}"#, ["rules.operator": "required"]), (#"{"field":1,"operator":"has"}"#, ["rules.field": "must_be_string"]),
        (#"{"field":"tag","operator":"equals","value":"x"}"#, ["rules.operator": "must_be_one_of_has_or_has_not"]),
        (#"{"field":"tag","operator":"has","value":1}"#, ["rules.value": "must_be_string"]),
        (#"{"field":"tag","operator":"has","value":"!"}"#, ["rules.value": "invalid"]),
        (#"{"field":"tag","operator":"has","value":"x","more":1}"#, ["rules.more": "unknown"]),
        (#"{"field":"attributes.","operator":"exists"}"#, ["rules.field": "unknown"]),
        (#"{"field":"attributes.a","operator":"greater_than","value":"5"}"#, ["rules.value": "must_be_number"]),
        (#"{"field":"attributes.a","operator":"equals","value":{}}"#, ["rules.value": "must_be_string"]),
        (#"{"field":"attributes.a","operator":"in","value":"x"}"#, ["rules.value": "must_be_list"]),
        (#"{"field":"attributes.a","operator":"in","value":[]}"#, ["rules.value": "must_be_non_empty_list"]),
        (#"{"field":"subscription.client","operator":"equals","value":"gone"}"#, ["rules.value": "invalid"]),
        (#"{"field":"verified","operator":"equals","value":"yes"}"#, ["rules.value": "must_be_boolean"]),
        (#"{"field":"created_at","operator":"before","value":"soon"}"#, ["rules.value": "invalid"]),
        (#"{"field":"created_at","operator":"within_days","value":0}"#, ["rules.value": "must_be_between_1_and_36500"]),
        (#"{"field":"open_count","operator":"at_least"}"#, ["rules.value": "required"]),
    ]

    @Test("whatever is wrong with rules is told with its path and reason, and nothing is stored")
    func faults() async throws {
        let fixture = try await AudienceFixture.make()
        for (rules, faults) in Self.faults {
            let tree = try JSONValue.parse(rules)
            let put = PutSegment(scope: fixture.scope, key: "s", name: nil, rules: tree)
            #expect(await failure(fixture.caller, put)?.fields == faults, "\(rules)")
            let evaluate = EvaluateSegment(scope: fixture.scope, rules: tree, isCounted: true, previewLimit: 1)
            #expect(await failure(fixture.caller, evaluate)?.fields == faults, "\(rules)")
        }
        #expect(try await fixture.caller.call(ListSegments(scope: fixture.scope)).segments.isEmpty)
    }

    @Test("depth, number of conditions and length of lists are limited")
    func limits() async throws {
        let fixture = try await AudienceFixture.make()
        let leaf: JSONValue = ["field": "tag", "operator": "has", "value": "x"]
        func reason(_ rules: JSONValue) async -> [String: String]? {
            await failure(fixture.caller, EvaluateSegment(scope: fixture.scope, rules: rules, isCounted: true, previewLimit: 0))?.fields
        }
        let deep = (0..<8).reduce(leaf) { tree, _ in ["not": tree] }
        #expect(await reason(deep) == ["rules" + String(repeating: ".not", count: 8): "too_deep"])
        #expect(await reason((0..<7).reduce(leaf) { tree, _ in ["not": tree] }) == nil)
        #expect(await reason(["all": .array(Array(repeating: leaf, count: 100))]) == nil)
        #expect(await reason(["all": .array(Array(repeating: leaf, count: 101))]) == ["rules": "too_many_conditions"])
        let long: JSONValue = ["field": "email", "operator": "in", "value": .array(Array(repeating: "a", count: 1_001))]
        #expect(await reason(long) == ["rules.value": "too_many"])
        let wide: JSONValue = ["field": "email", "operator": "equals", "value": .string(String(repeating: "a", count: 1_001))]
        #expect(await reason(wide) == ["rules.value": "too_long"])
    }

    @Test("what a client writes into rules is never SQL")
    func injection() async throws {
        let fixture = try await people()
        for text in ["'; DROP TABLE audience.segments; --", "\\' OR 1=1 --", "$1", "%", "a' OR 'a'='a"] {
            let rules: JSONValue = [
                "any": [
                    ["field": .string("attributes.\(text)"), "operator": "equals", "value": .string(text)],
                    ["field": "email", "operator": "contains", "value": .string(text)],
                ]
            ]
            let found = try await fixture.caller.call(
                EvaluateSegment(scope: fixture.scope, rules: rules, isCounted: true, previewLimit: 10)
            )
            #expect(found.count == 0 && found.contacts.isEmpty)
        }
        #expect(try await fixture.count("audience.segments") == 0)
    }

    @Test("segments are created, changed by what is named, listed by key, deleted, and seen by their client only (I7)")
    func saved() async throws {
        let fixture = try await AudienceFixture.make()
        let rules: JSONValue = ["field": "tag", "operator": "has", "value": "x"]
        func put(_ key: String, _ name: String?, _ rules: JSONValue?) -> PutSegment {
            PutSegment(scope: fixture.scope, key: key, name: name, rules: rules)
        }
        #expect(await failure(fixture.caller, put("s", "S", nil))?.fields == ["rules": "required"])
        for key in ["", " s", String(repeating: "k", count: 201), "a\u{0}"] {
            #expect(await failure(fixture.caller, put(key, nil, rules))?.fields["key"] == "invalid")
        }
        let made = try await fixture.caller.call(put("s", nil, rules))
        #expect(made.created && made.segment.name == "s" && made.segment.rules == rules)
        let renamed = try await fixture.caller.call(put("s", "Named", nil))
        #expect(!renamed.created && renamed.segment.name == "Named" && renamed.segment.rules == rules)
        _ = try await fixture.caller.call(put("a", nil, rules))
        let first = try await fixture.caller.call(ListSegments(scope: fixture.scope, limit: 1))
        #expect(first.segments.map(\.key) == ["a"] && first.hasMore)
        let second = try await fixture.caller.call(ListSegments(scope: fixture.scope, after: "a", limit: 1))
        #expect(second.segments.map(\.key) == ["s"] && !second.hasMore)
        let other = try await fixture.other("rival")
        #expect(await failure(fixture.caller, GetSegment(scope: other, key: "s"))?.fields == ["key": "not_found"])
        #expect(await failure(fixture.caller, DeleteSegment(scope: other, key: "s"))?.fields == ["key": "not_found"])
        var mixed = fixture.scope
        mixed.audienceID = other.audienceID
        #expect(await failure(fixture.caller, put("s", nil, rules).with(mixed))?.fields == ["audience": "not_found"])
        #expect(try await fixture.caller.call(DeleteSegment(scope: fixture.scope, key: "s")).key == "s")
        #expect(await failure(fixture.caller, DeleteSegment(scope: fixture.scope, key: "s"))?.fields == ["key": "not_found"])
    }

    @Test("a campaign's candidates fulfil the rules, beside the tags")
    func candidates() async throws {
        let fixture = try await people()
        let rules = #"{"any":[{"field":"open_count","operator":"at_least","value":1},{"field":"email","operator":"equals","value":"c@x.co"}]}"#
        var request = CampaignCandidates(
            scope: fixture.scope,
            includeTags: [],
            excludeTags: [],
            categoryTag: "",
            after: ContactID(0),
            limit: 10,
            attributeNames: [],
            segmentRules: rules
        )
        #expect(try await fixture.caller.call(request).emails.strings.map { $0.prefix(1) } == ["a", "b", "c"])
        request.excludeTags = ["vip"]
        #expect(try await fixture.caller.call(request).emails.strings.map { $0.prefix(1) } == ["b", "c"])
        request.segmentRules = "{"
        #expect(await failure(fixture.caller, request)?.fields == ["rules": "invalid_json"])
    }
}

extension PutSegment {
    fileprivate func with(_ scope: AudienceScope) -> PutSegment {
        var put = self
        put.scope = scope
        return put
    }
}

extension RecordEngagement {
    /// One contact's facts, all human.
    mutating func add(_ contactID: ContactID?, _ scope: AudienceScope, opens: Int64, clicks: Int64, at moment: Timestamp) {
        organizationIDs.append(scope.organizationID.rawValue)
        audienceIDs.append(scope.audienceID.rawValue)
        contactIDs.append(contactID?.rawValue ?? 0)
        self.opens.append(opens)
        humanOpens.append(opens)
        self.clicks.append(clicks)
        humanClicks.append(clicks)
        lastOpenedAt.append(opens > 0 ? moment.microseconds : 0)
        lastHumanOpenedAt.append(opens > 0 ? moment.microseconds : 0)
        lastClickedAt.append(clicks > 0 ? moment.microseconds : 0)
        lastHumanClickedAt.append(clicks > 0 ? moment.microseconds : 0)
    }
}
