/// The demonstration's campaign.
enum DemoContent {
    static let subject =
        "{{ contact.attributes.first_name | default: \"Hello\" }}, your week in {{ contact.attributes.city | default: \"the world\" }}"
    static let previewText = "Three links and one of them is about tea"

    static let html = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Demo</title></head>
        <body style="font-family:sans-serif">
        <!--[if mso]><p><a href="https://example.org/outlook">Outlook</a></p><![endif]-->
        <h1>Hello {{ contact.attributes.first_name | default: "there" }}</h1>
        {% if contact.attributes.city != blank %}<p>News from {{ contact.attributes.city }}:</p>{% endif %}
        <ul>
        <li><a href="https://example.org/articles/1?from=mail&amp;lang=en">An article</a></li>
        <li><a href='https://example.org/tea'>Tea</a></li>
        <li><a href="https://example.org/private" data-no-track>A link that is not tracked</a></li>
        </ul>
        <p>This went to {{ contact.email }}.</p>
        </body>
        </html>
        """
}
