import Contracts
import Model
import Testing

@testable import AudienceService

@Suite("Rules without a database")
struct DomainTests {
    @Test(
        "tag slugs",
        arguments: [
            ("ML Zoomcamp", "ml-zoomcamp"), ("  a -- b ", "a-b"), ("x_y", "x_y"), ("Müller & Söhne", "müller-söhne"), ("2024", "2024"),
        ]
    )
    func slugs(_ name: String, _ slug: String) {
        #expect(TagSlug.make(name) == slug)
        #expect(TagSlug.make(slug) == slug)
    }

    @Test(
        "names without a letter or digit, and endless ones, have no slug",
        arguments: ["", "  ", "!?", String(repeating: "a", count: 201)]
    )
    func noSlug(_ name: String) { #expect(TagSlug.make(name) == nil) }

    @Test("booleans of CSV cells")
    func booleans() {
        for cell in ["true", "TRUE", "Yes", "1"] { #expect(ImportRowReader.boolean(cell) == true) }
        for cell in ["false", "False", "no", "0"] { #expect(ImportRowReader.boolean(cell) == false) }
        for cell in ["maybe", "y", "t", "10", "ja"] { #expect(ImportRowReader.boolean(cell) == nil) }
    }

    @Test("a change that says nothing changes nothing, whatever the state")
    func silence() {
        let time = Timestamp(microseconds: 5)
        let merge = ContactMerge(now: Timestamp(microseconds: 9), source: "api")
        for status in SubscriptionStatus.allCases {
            var state = ContactState()
            state.contact.complainedAt = time
            state.contact.validationStatus = .risky
            state.tagIDs = [1, 2]
            state.subscription = SubscriptionFields(
                status: status,
                verifiedAt: time,
                unsubscribedAt: status == .unsubscribed ? time : nil,
                source: "old"
            )
            #expect(merge.merged(ContactPatch(email: "a@x.co"), tagIDs: [2], into: state) == state)
        }
    }

    @Test("naming a suppression as false clears it; times that are set stay")
    func explicitFalse() {
        let time = Timestamp(microseconds: 5)
        let merge = ContactMerge(now: Timestamp(microseconds: 9), source: "api")
        var state = ContactState(contact: ContactFields(hardBouncedAt: time, complainedAt: time))
        var patch = ContactPatch(email: "a@x.co")
        patch.hardBounced = false
        patch.complained = true
        state = merge.merged(patch, tagIDs: [], into: state)
        #expect(state.contact.hardBouncedAt == nil)
        #expect(state.contact.complainedAt == time)
    }

    @Test("new API keys differ")
    func keys() {
        #expect(Set((0..<50).map { _ in APIKey.make().text }).count == 50)
    }
}
