import Contracts
import HTTPTypes
import HummingbirdCore
import Mustache

/// The public pages: small, without scripts, cookies or anything from elsewhere; every value is escaped by the template.
enum Pages {
    static func notFound() -> Response {
        page(
            "Not found",
            "<h1>There is no such page</h1><p>The link is incomplete or has been changed on its way. Please open it again from the message.</p>",
            [:],
            status: .notFound
        )
    }

    static func badForm() -> Response {
        page(
            "Please choose",
            "<h1>Nothing was changed</h1><p>Please go back and choose what to unsubscribe from.</p>",
            [:],
            status: .badRequest
        )
    }

    /// Nothing could be stored anywhere; a mail program repeats its POST, a person is asked to.
    static func unavailable() -> Response {
        var response = page(
            "Please try again",
            "<h1>That did not work yet</h1><p>We could not store your wish at this moment. Please try again in a minute.</p>",
            [:],
            status: .serviceUnavailable
        )
        response.headers[.retryAfter] = "30"
        return response
    }

    /// `after`: seconds until the next form is taken, told in whole ones.
    static func tooMany(after seconds: Double) -> Response {
        var response = page(
            "Please try again",
            "<h1>Too many requests at once</h1><p>Nothing was changed. Please try again in a minute.</p>",
            [:],
            status: .tooManyRequests
        )
        response.headers[.retryAfter] = String(max(1, Int(seconds.rounded(.up))))
        return response
    }

    static func viewUnavailable() -> Response {
        var response = page(
            "Please try again",
            "<h1>The message cannot be shown at this moment</h1><p>Please try again in a minute.</p>",
            [:],
            status: .serviceUnavailable
        )
        response.headers[.retryAfter] = "30"
        return response
    }

    /// - Parameters: of the recipient; nil when they cannot be looked up now.
    static func unsubscribe(address: String?, client: String?) -> Response {
        page(
            "Unsubscribe",
            """
            <h1>Unsubscribe</h1>
            {{#address}}<p>This is about the mail to <strong>{{address}}</strong>.</p>{{/address}}
            <form method="post">
            <fieldset><legend>What do you want to stop?</legend>
            <p><label><input type="radio" name="scope" value="client" checked> Mail from {{client}}</label></p>
            <p><label><input type="radio" name="scope" value="audience"> All mail to this list's readers, whoever sends it</label></p>
            <p><label><input type="radio" name="scope" value="global"> Everything</label></p>
            </fieldset>
            <p><button type="submit">Unsubscribe</button></p>
            </form>
            """,
            ["address": address, "client": client ?? "this sender"]
        )
    }

    static func unsubscribed(_ scope: UnsubscribeScope) -> Response {
        let what =
            switch scope {
            case .client: "You will get no more mail from this sender."
            case .audience: "You will get no more mail that goes to this list's readers."
            case .global: "You will get no more mail at all."
            }
        return page("Unsubscribed", "<h1>You are unsubscribed</h1><p>{{what}}</p>", ["what": what])
    }

    static func page(_ title: String, _ body: String, _ values: [String: String?], status: HTTPResponse.Status = .ok) -> Response {
        page(title, body, any: values.compactMapValues(\.self), status: status)
    }

    /// - Parameter values: strings, flags, and lists of such.
    static func page(_ title: String, _ body: String, any values: [String: Any], status: HTTPResponse.Status = .ok) -> Response {
        let source = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">
            <title>\(title)</title>
            <style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
            fieldset{border:1px solid #767676;border-radius:.4rem}button{font:inherit;padding:.5rem 1.2rem}h2{font-size:1.2rem;margin:2rem 0 0}\
            .notice{border-left:.3rem solid #1a5fb4;padding:.5rem 1rem;background:#eef4fb}:focus-visible{outline:3px solid #1a5fb4;outline-offset:2px}\
            </style></head>
            <body><main>
            \(body)
            </main></body>
            </html>

            """
        var response = Response.html(
            (try? MustacheTemplate(string: source).render(values)) ?? title,
            status: status
        )
        response.headers[HeaderNames.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        return response
    }
}
