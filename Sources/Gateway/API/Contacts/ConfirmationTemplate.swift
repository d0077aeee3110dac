import Contracts
import JSON
import JSONRPC
import Model

/// The mail of a double opt-in until the client writes its own.
enum ConfirmationTemplate {
    static let key = "subscription-confirmation"

    /// Gives a client the template when it has none; one that the client names must be there.
    static func ensure(_ named: String?, _ scope: ClientScope, _ delivery: any RPCCaller) async throws(APIError) {
        do {
            _ = try await delivery.call(GetTemplate(scope: scope, key: named ?? key))
        } catch {
            guard named == nil, case .failed(let failure) = error, failure.fields["template_key"] == "not_found" else { throw error.apiError }
            _ = try await delivery.answer(PutTemplate(scope: scope, key: key, content: content))
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
