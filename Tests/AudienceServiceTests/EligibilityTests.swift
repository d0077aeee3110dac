import Contracts
import JSONRPC
import Model
import Postgres
import TestSupport
import Testing

@Suite("Who may be mailed", .database(DatabaseTrait.audience))
struct EligibilityTests {
    /// The rule as API.md section 2 writes it, for the truth table below.
    static func expected(_ facts: Facts) -> SkipReason? {
        if facts.hardBounced { return .hardBounce }
        if facts.complained { return .complaint }
        if facts.globallyUnsubscribed { return .globalUnsubscribe }
        if ["invalid_syntax", "no_mx", "disposable", "risky", "manually_invalid"].contains(facts.validation) { return .invalidEmail }
        if facts.verifiedScope == "none" { return .unverified }
        if facts.audience == "unsubscribed" { return .audienceUnsubscribe }
        if facts.client == "unsubscribed" { return .clientUnsubscribe }
        if facts.client != "subscribed" { return .suppressed }
        return facts.categoryDisabled ? .categoryDisabled : nil
    }

    struct Facts: Sendable {
        var hardBounced = false
        var complained = false
        var globallyUnsubscribed = false
        var validation = "unknown"
        var verifiedScope = "none"
        var audience = "none"
        var client = "none"
        var categoryDisabled = false

        static var all: [Facts] {
            var all: [Facts] = []
            for bits in 0..<8 {
                for validation in EmailValidationStatus.allCases.map(\.rawValue) {
                    for scope in ["none", "contact", "audience", "client"] {
                        for audience in ["none", "pending", "subscribed", "unsubscribed"] {
                            for client in ["none", "pending", "subscribed", "unsubscribed"] where scope != "client" || client != "none" {
                                for category in [false, true] {
                                    all.append(
                                        Facts(
                                            hardBounced: bits & 1 != 0,
                                            complained: bits & 2 != 0,
                                            globallyUnsubscribed: bits & 4 != 0,
                                            validation: validation,
                                            verifiedScope: scope,
                                            audience: audience,
                                            client: client,
                                            categoryDisabled: category
                                        )
                                    )
                                }
                            }
                        }
                    }
                }
            }
            return all
        }

        func sql(_ id: Int) -> (contact: String, membership: String, subscription: String?, preference: String?) {
            func time(_ isSet: Bool) -> String { isSet ? "now()" : "NULL" }
            return (
                """
                (\(id), 1, 'u\(id)@example.com', \(time(hardBounced)), \(time(complained)), \(time(globallyUnsubscribed)), '\(validation)', \
                \(time(verifiedScope == "contact")), now(), now())
                """,
                "(1, \(id), \(audience == "none" ? "NULL" : "'\(audience)'"), \(time(verifiedScope == "audience")), \(time(audience == "unsubscribed")))",
                client == "none"
                    ? nil : "(1, 1, \(id), '\(client)', \(time(verifiedScope == "client")), \(time(client == "unsubscribed")), 't')",
                categoryDisabled ? "(\(id), 1, 1, 'news', false)" : nil
            )
        }
    }

    @Test("the full truth table: status, candidates and check give the rule's answer, first match first")
    func truthTable() async throws {
        let fixture = try await AudienceFixture.make()
        let table = Facts.all
        try await seed(table, fixture)
        let checked = try await fixture.caller.call(
            CheckEligibility(scope: fixture.scope, categoryTag: "news", contactIDs: table.indices.map { Int64($0 + 1) })
        )
        let refusals = Dictionary(uniqueKeysWithValues: zip(checked.contactIDs, checked.reasons))
        var candidates: [Int64: String] = [:]
        var after = ContactID(0)
        while true {
            let page = try await fixture.caller.call(candidatesRequest(fixture.scope, after))
            for (id, reason) in zip(page.contactIDs, page.skipReasons.strings) { candidates[id] = reason }
            guard let next = page.next else { break }
            after = next
        }
        for (index, facts) in table.enumerated() {
            let id = Int64(index + 1)
            let expected = Self.expected(facts)
            #expect(refusals[id] == expected, "\(facts)")
            let isCandidate = facts.client != "none" || facts.audience != "none"
            #expect(candidates[id] == (isCandidate ? expected?.rawValue ?? "" : nil), "\(facts)")
        }
        for index in stride(from: 0, to: table.count, by: 37) {
            var facts = table[index]
            facts.categoryDisabled = false
            let status = try await fixture.status("u\(index + 1)@example.com")
            #expect(status.marketingRefusal == Self.expected(facts))
            let transactional: SkipReason? = facts.hardBounced ? .hardBounce : facts.complained ? .complaint : nil
            #expect(status.transactionalRefusal == transactional)
        }
    }

    private func candidatesRequest(_ scope: AudienceScope, _ after: ContactID) -> CampaignCandidates {
        CampaignCandidates(
            scope: scope,
            includeTags: [],
            excludeTags: [],
            categoryTag: "news",
            after: after,
            limit: 1_000,
            attributeNames: []
        )
    }

    private func seed(_ table: [Facts], _ fixture: AudienceFixture) async throws {
        let rows = table.enumerated().map { $1.sql($0 + 1) }
        try await fixture.script(
            """
            INSERT INTO audience.contacts (
                id, organization_id, email, hard_bounced_at, complained_at, global_unsubscribed_at, validation_status, verified_at,
                created_at, updated_at
            ) OVERRIDING SYSTEM VALUE VALUES \(rows.map(\.contact).joined(separator: ","));
            INSERT INTO audience.memberships (audience_id, contact_id, status, verified_at, unsubscribed_at)
            VALUES \(rows.map(\.membership).joined(separator: ","));
            INSERT INTO audience.subscriptions (audience_id, client_id, contact_id, status, verified_at, unsubscribed_at, source)
            VALUES \(rows.compactMap(\.subscription).joined(separator: ","));
            INSERT INTO audience.category_preferences (contact_id, audience_id, client_id, category_tag, enabled)
            VALUES \(rows.compactMap(\.preference).joined(separator: ","));
            """
        )
    }

    @Test("a contact that does not exist is suppressed")
    func gone() async throws {
        let fixture = try await AudienceFixture.make()
        #expect(try await fixture.refusal(ContactID(999)) == .suppressed)
    }

    @Test("an unsubscribe is seen by the next check, and repeating it keeps the first time and reason")
    func unsubscribe() async throws {
        let fixture = try await AudienceFixture.make()
        let contact = try await fixture.subscriber("a@example.com")
        #expect(try await fixture.refusal(contact.contactID) == nil)
        let first = Timestamp(microseconds: 1_700_000_000_000_000)
        for (reason, time) in [("one-click", first), ("again", first.adding(.seconds(5)))] {
            _ = try await fixture.caller.call(
                UnsubscribeContact(
                    scope: fixture.scope,
                    contactID: try #require(contact.contactID),
                    unsubscribeScope: .client,
                    reason: reason,
                    occurredAt: time
                )
            )
        }
        #expect(try await fixture.refusal(contact.contactID) == .clientUnsubscribe)
        let status = try await fixture.status("a@example.com")
        #expect(status.client.unsubscribedAt == first)
        #expect(status.client.unsubscribeReason == "one-click")
    }

    @Test("each scope of an unsubscribe gives its own refusal", arguments: [UnsubscribeScope.client, .audience, .global])
    func scopes(_ unsubscribeScope: UnsubscribeScope) async throws {
        let fixture = try await AudienceFixture.make()
        let contact = try await fixture.subscriber("a@example.com")
        _ = try await fixture.caller.call(
            UnsubscribeContact(
                scope: fixture.scope,
                contactID: try #require(contact.contactID),
                unsubscribeScope: unsubscribeScope,
                reason: "r",
                occurredAt: Timestamp(microseconds: 1_700_000_000_000_000)
            )
        )
        let expected: SkipReason =
            switch unsubscribeScope {
            case .client: .clientUnsubscribe
            case .audience: .audienceUnsubscribe
            case .global: .globalUnsubscribe
            }
        #expect(try await fixture.refusal(contact.contactID) == expected)
    }
}
