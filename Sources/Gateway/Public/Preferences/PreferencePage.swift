import Contracts
import HTTPTypes
import HummingbirdCore

extension Pages {
    /// What is so now, and a form for each thing that can be changed.
    ///
    /// - Parameter notice: what has just been done, or why nothing was; nil when the page is only looked at.
    static func preferences(_ preferences: SubscriberPreferences, notice: String?) -> Response {
        let wording = PreferenceWording(preferences: preferences)
        let scopes: [[String: Any]] = UnsubscribeScope.allCases.map { scope in
            let isSubscribed = wording.isSubscribed(scope)
            return [
                "scope": scope.rawValue, "title": wording.title(scope), "state": wording.state(scope),
                "change": isSubscribed ? "unsubscribe" : "resubscribe",
                "button": isSubscribed ? wording.unsubscribe(scope) : wording.resubscribe(scope),
            ]
        }
        let categories: [[String: Any]] = preferences.categories.map { category in
            ["tag": category.tag, "label": category.label ?? category.tag, "enabled": category.enabled]
        }
        var values: [String: Any] = [
            "address": PublicLinks.masked(preferences.email), "client": preferences.clientName, "summary": wording.summary,
            "scopes": scopes, "categories": categories, "hasCategories": !categories.isEmpty && !preferences.globalUnsubscribed,
        ]
        values["notice"] = notice
        return page("Your mail preferences", preferencesBody, any: values)
    }

    /// Stopping mail needs no service (the wish waits on disk), so it is offered when the state cannot be shown.
    static func preferencesUnavailable() -> Response {
        var response = page(
            "Please try again",
            """
            <h1>Your choices cannot be shown at this moment</h1>
            <p>Please open this page again in a minute. You can stop mail even now:</p>
            <form method="post"><input type="hidden" name="change" value="unsubscribe">
            <fieldset><legend>What do you want to stop?</legend>
            <p><label><input type="radio" name="scope" value="client" checked> Mail from this sender</label></p>
            <p><label><input type="radio" name="scope" value="audience"> All mail to this list's readers, whoever sends it</label></p>
            <p><label><input type="radio" name="scope" value="global"> Everything</label></p>
            </fieldset>
            <p><button type="submit">Unsubscribe</button></p>
            </form>
            """,
            [:],
            status: .serviceUnavailable
        )
        response.headers[.retryAfter] = "30"
        return response
    }

    static func preferencesNotChanged() -> Response {
        page(
            "Nothing was changed",
            "<h1>Nothing was changed</h1><p>Please go back to the page of your preferences and use one of its buttons.</p>",
            [:],
            status: .badRequest
        )
    }

    /// The result of a change is read out, and is where the keyboard goes on.
    private static let preferencesBody = """
        <h1>Your mail preferences</h1>
        {{#notice}}<p class="notice" role="status" tabindex="-1" autofocus>{{notice}}</p>{{/notice}}
        <p>This is about the mail to <strong>{{address}}</strong>. {{summary}}</p>
        {{#scopes}}
        <section aria-labelledby="{{scope}}">
        <h2 id="{{scope}}">{{title}}</h2>
        <form method="post">
        <p id="{{scope}}-state">{{state}}</p>
        <input type="hidden" name="change" value="{{change}}"><input type="hidden" name="scope" value="{{scope}}">
        <p><button type="submit" aria-describedby="{{scope}}-state">{{button}}</button></p>
        </form>
        </section>
        {{/scopes}}
        {{#hasCategories}}
        <section aria-labelledby="categories">
        <h2 id="categories">Kinds of mail</h2>
        <form method="post"><input type="hidden" name="change" value="categories">
        <fieldset><legend>Which mail do you want from {{client}}?</legend>
        {{#categories}}
        <p><input type="hidden" name="shown.{{tag}}" value="1">\
        <label><input type="checkbox" name="category.{{tag}}" value="1"{{#enabled}} checked{{/enabled}}> {{label}}</label></p>
        {{/categories}}
        </fieldset>
        <p><button type="submit">Save these choices</button></p>
        </form>
        </section>
        {{/hasCategories}}
        <p>Mail that you ask for yourself, such as a new password, is not affected.</p>
        """
}
