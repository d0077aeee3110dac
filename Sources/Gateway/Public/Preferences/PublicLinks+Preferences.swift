import Contracts
import HTTPTypes
import HummingbirdCore
import JSONRPC
import Model
import NIOCore
import Tokens

extension PublicLinks {
    /// Room for a form with every category.
    static let maximumPreferenceBytes = 131_072

    /// Whom a link is about, and what is so.
    private struct Person {
        var context: RecipientContextResult
        var preferences: SubscriberPreferences
    }

    private enum Lookup {
        case found(Person)
        /// Gone, or erased.
        case nobody
        case unavailable
    }

    /// A page with forms; looking at it changes nothing, because scanners look at every link.
    func preferencesPage(_ request: GatewayRequest) async -> Response {
        switch verifier.verification(of: request.parameters["token"] ?? "", purpose: .preferences) {
        case .foreign: return Pages.notFound()
        case .preview: return Pages.preferences(.example, notice: nil)
        case .valid(let token): return await preferencesPage(of: token, notice: nil)
        }
    }

    /// One of the page's forms: no cookies, no redirect, repeating changes nothing.
    func changePreferences(_ request: GatewayRequest) async throws -> Response {
        let verification = verifier.verification(of: request.parameters["token"] ?? "", purpose: .preferences)
        if case .foreign = verification { return Pages.notFound() }
        let body = try await request.body(upTo: Self.maximumPreferenceBytes)
        guard let change = PreferenceForm(FormBody.read(body, contentType: request.header(.contentType) ?? "")) else {
            return Pages.preferencesNotChanged()
        }
        guard case .valid(let token) = verification else {
            return Pages.preferences(.example, notice: "This page belongs to a test message: nothing was changed.")
        }
        guard token.kind == .campaign else { return Pages.notFound() }
        if case .unsubscribe(let scope) = change { return await unsubscribe(scope, token, request) }
        switch await lookUp(token) {
        case .nobody: return Pages.notFound()
        case .unavailable: return Pages.unavailable()
        case .found(let person): return await carryOut(change, person, token, request)
        }
    }

    private func unsubscribe(_ scope: UnsubscribeScope, _ token: Token, _ request: GatewayRequest) async -> Response {
        switch await carryOut(scope, .campaign, token, request, isOneClick: false) {
        case .notStored: return Pages.unavailable()
        // What the page would show is not so yet.
        case .recorded: return Pages.unsubscribed(scope)
        case .done: return await preferencesPage(of: token, notice: "Your wish is stored: you are unsubscribed.")
        }
    }

    private func carryOut(_ change: PreferenceForm, _ person: Person, _ token: Token, _ request: GatewayRequest) async -> Response {
        do {
            switch change {
            case .unsubscribe: break
            case .resubscribe(let scope):
                _ = try await audience.call(consent(to: scope, person, request), deadline: .seconds(5), idempotencyKey: nil)
            case .categories(let wanted):
                let call = PutSubscriberCategories(
                    scope: person.context.scope,
                    contactID: person.context.contactID,
                    categories: person.preferences.changed(by: wanted),
                    reason: "preference page"
                )
                if !call.categories.isEmpty { _ = try await audience.call(call, deadline: .seconds(5), idempotencyKey: nil) }
            }
        } catch {
            if case .failed = error { return Pages.notFound() }
            return Pages.unavailable()
        }
        return await preferencesPage(of: token, notice: "Your choice is stored.")
    }

    private func consent(to scope: UnsubscribeScope, _ person: Person, _ request: GatewayRequest) -> ResubscribeContact {
        ResubscribeContact(
            scope: person.context.scope,
            contactID: person.context.contactID,
            subscribeScope: scope,
            consentID: Int64.random(in: 1 ... .max),
            wording: PreferenceWording(preferences: person.preferences).resubscribe(scope),
            source: "preference page of campaign \(person.context.campaignID)",
            requestedFrom: request.clientAddress,
            occurredAt: .now()
        )
    }

    private func preferencesPage(of token: Token, notice: String?) async -> Response {
        switch await lookUp(token) {
        case .found(let person): Pages.preferences(person.preferences, notice: notice)
        case .nobody: Pages.notFound()
        case .unavailable: Pages.preferencesUnavailable()
        }
    }

    private func lookUp(_ token: Token) async -> Lookup {
        guard token.kind == .campaign else { return .nobody }
        let recipient = RecipientContext(recipientID: RecipientID(token.messageID), wantsCategories: true)
        let context: RecipientContextResult
        do {
            context = try await campaign.call(recipient, deadline: .seconds(3), idempotencyKey: nil)
        } catch {
            if case .failed = error { return .nobody }
            return .unavailable
        }
        let call = GetSubscriberPreferences(
            scope: context.scope,
            contactID: context.contactID,
            categoryTags: context.categoryTags ?? []
        )
        do {
            return .found(Person(context: context, preferences: try await audience.call(call, deadline: .seconds(3), idempotencyKey: nil)))
        } catch {
            if case .failed = error { return .nobody }
            return .unavailable
        }
    }
}

extension SubscriberPreferences {
    /// What the link of a test message shows.
    static let example = SubscriberPreferences(
        email: "preview@example.com",
        organizationName: "this service",
        audienceName: "this list",
        clientName: "this sender",
        clientStatus: .subscribed,
        audienceStatus: nil,
        globalUnsubscribed: false,
        marketingRefusal: nil,
        categories: []
    )

    /// The categories that a form changes; those that the page does not have are nobody's to choose about.
    func changed(by wanted: [String: Bool]) -> [CategoryPreference] {
        categories.compactMap { category in
            guard let isWanted = wanted[category.tag], isWanted != category.enabled else { return nil }
            return CategoryPreference(tag: category.tag, label: nil, enabled: isWanted)
        }
    }
}
