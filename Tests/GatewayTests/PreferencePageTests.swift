import Contracts
import Foundation
import Model
import Testing
import Tokens

@testable import Gateway

@Suite("The preference page", .timeLimit(.minutes(1)))
struct PreferencePageTests {
    private func path(_ gateway: TestGateway, kind: MessageKind = .campaign, id: Int64 = 42, _ purpose: TokenPurpose = .preferences) -> String {
        "/preferences/" + gateway.signer.sign(purpose, kind: kind, messageID: id)
    }

    private func post(_ gateway: TestGateway, _ form: String, kind: MessageKind = .campaign, id: Int64 = 42) async throws -> WireReply {
        try await gateway.send("POST", path(gateway, kind: kind, id: id), body: Array(form.utf8))
    }

    private func resubscriptions(_ gateway: TestGateway) -> [ResubscribeContact] {
        gateway.backend.state.now.contactCalls.compactMap { $0 as? ResubscribeContact }
    }

    private func choices(_ gateway: TestGateway) -> [PutSubscriberCategories] {
        gateway.backend.state.now.contactCalls.compactMap { $0 as? PutSubscriberCategories }
    }

    @Test("the page says what is so, offers what can be changed, and looking at it changes nothing", arguments: ["GET", "HEAD"])
    func looking(method: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.send(method, path(gateway))
            #expect(reply.status == 200 && reply.header("set-cookie") == nil && reply.header("cache-control") == "no-store")
            if method == "GET" {
                for text in [
                    "You get mail from &lt;App&gt; &amp; Co.", "<strong>l***@example.com</strong>", "Unsubscribe from &lt;App&gt; &amp; Co</button>",
                    "Stop all mail to the readers of Main</button>", "Stop all mail from Acme</button>",
                    #"name="category.news" value="1" checked> The news</label>"#, #"name="category.results" value="1" checked> The results"#,
                ] {
                    #expect(reply.text.contains(text), "\(text)")
                }
                #expect(!reply.text.contains("learner@") && !reply.text.contains("<script") && !reply.text.contains("role=\"status\""))
            }
            #expect(gateway.backend.events.isEmpty && gateway.backend.state.now.unsubscribes.isEmpty)
            #expect(gateway.backend.state.now.contactCalls.isEmpty)
        }
    }

    @Test("the page has a language, headings, a label for each field, and the headers of the other pages")
    func accessible() async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await gateway.get(path(gateway))
            #expect(reply.text.contains("<html lang=\"en\">") && reply.text.contains(":focus-visible"))
            #expect(reply.text.components(separatedBy: "<h1>").count == 2)
            let boxes = reply.text.components(separatedBy: "type=\"checkbox\"").count - 1
            #expect(boxes == 2 && reply.text.components(separatedBy: "<label><input type=\"checkbox\"").count - 1 == boxes)
            #expect(reply.text.contains("<legend>"))
            for id in ["client", "audience", "global", "categories"] {
                #expect(reply.text.contains("<section aria-labelledby=\"\(id)\">") && reply.text.contains("<h2 id=\"\(id)\">"))
            }
            let other = try await gateway.get(gateway.path(.unsubscribe))
            for name in ["content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy"] {
                #expect(reply.header(name) != nil && reply.header(name) == other.header(name))
            }
        }
    }

    @Test("each scope can be stopped and started again, and both answers show it", arguments: UnsubscribeScope.allCases)
    func backAgain(scope: UnsubscribeScope) async throws {
        try await TestGateway.run { (gateway) async throws in
            let button = "value=\"resubscribe\"><input type=\"hidden\" name=\"scope\" value=\"\(scope.rawValue)\">"
            let stopped = try await post(gateway, "change=unsubscribe&scope=\(scope.rawValue)")
            #expect(stopped.status == 200 && stopped.text.contains(button) && stopped.text.contains("role=\"status\" tabindex=\"-1\" autofocus"))
            #expect(gateway.backend.state.now.unsubscribes.map(\.unsubscribeScope) == [scope])
            #expect(gateway.backend.events.map(\.unsubscribeScope) == [scope.rawValue])
            let before = Timestamp.now()
            let started = try await post(gateway, "change=resubscribe&scope=\(scope.rawValue)")
            #expect(started.status == 200 && !started.text.contains(button))
            let call = try #require(resubscriptions(gateway).first)
            #expect(resubscriptions(gateway).count == 1 && call.subscribeScope == scope && call.contactID == ContactID(77))
            #expect(call.requestedFrom == "127.0.0.0" && call.source == "preference page of campaign 5" && call.occurredAt >= before)
            // The words of the consent are those of the button.
            #expect(stopped.text.contains(call.wording.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")))
        }
    }

    @Test("categories are turned off and on; only what the form shows and changes is stored")
    func categories() async throws {
        try await TestGateway.run { (gateway) async throws in
            let off = try await post(gateway, "change=categories&shown.news=1&shown.results=1&category.results=1&shown.foreign=1")
            #expect(off.status == 200 && off.text.contains(#"name="category.news" value="1"> The news"#) == false)
            #expect(off.text.contains(#"name="category.news" value="1">"#) && off.text.contains(#"name="category.results" value="1" checked>"#))
            #expect(choices(gateway).map(\.categories) == [[CategoryPreference(tag: "news", label: nil, enabled: false)]])
            _ = try await post(gateway, "change=categories&shown.news=1&category.news=1")
            #expect(choices(gateway).last?.categories == [CategoryPreference(tag: "news", label: nil, enabled: true)])
            _ = try await post(gateway, "change=categories&shown.news=1&category.news=1")
            #expect(choices(gateway).count == 2)
        }
    }

    @Test("categories are no question for somebody who stopped everything, and what blocks all mail is said")
    func blocked() async throws {
        try await TestGateway.run { (gateway) async throws in
            gateway.backend.state.change { state in
                state.preferences?.globalUnsubscribed = true
                state.preferences?.marketingRefusal = .globalUnsubscribe
            }
            let stopped = try await gateway.get(path(gateway)).text
            #expect(!stopped.contains("type=\"checkbox\"") && stopped.contains("because you stopped all of it"))
            gateway.backend.state.change { state in
                state.preferences?.globalUnsubscribed = false
                state.preferences?.marketingRefusal = .hardBounce
            }
            #expect(try await gateway.get(path(gateway)).text.contains("Only the sender can change that"))
        }
    }

    @Test(
        "what none of the page's forms sends is a 400 page and changes nothing",
        arguments: [
            "", "scope=client", "change=unsubscribe", "change=resubscribe&scope=all", "change=categories", "change=x&scope=client",
            "List-Unsubscribe=One-Click", "{}", "change=%zz",
        ]
    )
    func badForms(form: String) async throws {
        try await TestGateway.run { (gateway) async throws in
            let reply = try await post(gateway, form)
            #expect(reply.status == 400 && reply.header("content-type") == "text/html; charset=utf-8")
            #expect(gateway.backend.events.isEmpty && gateway.backend.state.now.contactCalls.isEmpty)
            #expect(gateway.backend.state.now.unsubscribes.isEmpty)
        }
    }

    @Test("a token of another purpose serves no preferences, and one of preferences nothing else")
    func purposes() async throws {
        try await TestGateway.run { (gateway) async throws in
            for purpose in TokenPurpose.allCases where purpose != .preferences {
                #expect(try await gateway.get(path(gateway, purpose)).status == 404, "\(purpose)")
                let reply = try await gateway.send("POST", path(gateway, purpose), body: Array("change=unsubscribe&scope=client".utf8))
                #expect(reply.status == 404, "\(purpose)")
            }
            let token = gateway.signer.sign(.preferences, kind: .campaign, messageID: 42)
            #expect(try await gateway.get("/unsubscribe/\(token)").status == 404)
            #expect(try await gateway.send("POST", "/unsubscribe/\(token)", body: Array("scope=client".utf8)).status == 404)
            for link in ["/preferences/x", path(gateway) + "A", path(gateway, id: 43), path(gateway, kind: .transactional)] {
                #expect(try await gateway.get(link).status == 404, "\(link)")
            }
            gateway.backend.state.change { $0.preferences = nil }
            #expect(try await gateway.get(path(gateway)).status == 404)
            #expect(gateway.backend.events.isEmpty && gateway.backend.state.now.unsubscribes.isEmpty)
        }
    }

    @Test("the page of a test message says so and changes nothing")
    func previews() async throws {
        try await TestGateway.run { (gateway) async throws in
            #expect(try await gateway.get(path(gateway, kind: .preview)).status == 200)
            for form in ["change=unsubscribe&scope=global", "change=resubscribe&scope=client"] {
                let reply = try await post(gateway, form, kind: .preview)
                #expect(reply.status == 200 && reply.text.contains("test message: nothing was changed"))
            }
            #expect(gateway.backend.events.isEmpty && gateway.backend.state.now.unsubscribes.isEmpty)
            #expect(gateway.backend.state.now.contactCalls.isEmpty)
        }
    }

    @Test("while services are away stopping is stored all the same; all else is a 503 page that offers to stop", arguments: [true, false])
    func away(isCampaignAway: Bool) async throws {
        try await TestGateway.run { (gateway) async throws in
            if isCampaignAway { gateway.backend.campaign.isUp = false } else { gateway.backend.audience.isUp = false }
            let page = try await gateway.get(path(gateway))
            #expect(page.status == 503 && page.header("retry-after") == "30")
            #expect(page.text.contains(#"<input type="hidden" name="change" value="unsubscribe">"#))
            for form in ["change=resubscribe&scope=client", "change=categories&shown.news=1"] {
                let reply = try await post(gateway, form)
                #expect(reply.status == 503 && reply.header("retry-after") == "30")
            }
            #expect(gateway.backend.events.isEmpty && gateway.backend.state.now.contactCalls.isEmpty)
            let stopped = try await post(gateway, "change=unsubscribe&scope=audience")
            #expect(stopped.status == 200 && stopped.text.contains("You are unsubscribed"))
            #expect(gateway.backend.events.map(\.unsubscribeScope) == ["audience"])
            gateway.backend.tracking.isUp = false
            #expect(try await post(gateway, "change=unsubscribe&scope=global").status == 200)
            #expect(await !gateway.spool.isEmpty)
            try FileManager.default.removeItem(atPath: gateway.spool.directory)
            #expect(try await post(gateway, "change=unsubscribe&scope=client").status == 503)
        }
    }
}
