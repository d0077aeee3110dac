import Contracts
import JSON
import JSONRPC
import Model

/// The mail of a double opt-in until the client writes its own.
enum ConfirmationTemplate {
    static let key = RequestSubscription.defaultTemplate

    /// Makes sure that the mail of a request can be sent, before anything is stored; gives a client the template when it has none.
    ///
    /// One that the client names must be there. Throws what Delivery says against the mail: template, context, sender.
    static func check(
        _ request: RequestSubscription,
        _ scope: ScopeResolution.Scope,
        _ delivery: any RPCCaller
    ) async throws(APIError) {
        let mail = request.mail(to: request.email, audience: scope.audience.slug, client: scope.client.clientSlug)
        let check = SendTransactional(scope: scope.client.scope, message: mail, dryRun: true)
        do {
            _ = try await delivery.call(check)
        } catch {
            guard request.templateKey == nil, case .failed(var failure) = error,
                failure.fields.removeValue(forKey: "template_key") == "not_found"
            else { throw error.apiError }
            guard failure.fields.isEmpty else { throw .validation(failure) }
            _ = try await delivery.answer(PutTemplate(scope: scope.client.scope, key: key, content: content))
            _ = try await delivery.answer(check)
        }
    }

    static var content: TemplateContent {
        var content = TemplateContent(name: "Confirm a subscription", subject: "Please confirm your subscription")
        content.description = "Mailed by a subscription request; the link leads to a page with a button."
        content.requiredContext = [RequiredContext(name: "confirm_url", description: "The link to the confirm page.")]
        content.exampleContext = ["confirm_url": "https://mail.example.org/confirm/…", "wording": "Send me the newsletter."]
        content.htmlBody = """
            <p>Somebody, hopefully you, asked to subscribe this address:</p>
            <blockquote>{{ wording }}</blockquote>
            <p><a href="{{ confirm_url }}">Yes, subscribe me</a></p>
            <p>If that was not you, do nothing: without your confirmation you will get no mail.</p>
            """
        content.textBody = """
            Somebody, hopefully you, asked to subscribe this address:

            {{ wording }}

            To confirm, open this page and press the button:
            {{ confirm_url }}

            If that was not you, do nothing: without your confirmation you will get no mail.
            """
        return content
    }
}
