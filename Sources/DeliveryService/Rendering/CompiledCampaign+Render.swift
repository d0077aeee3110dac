import Contracts
import Email
import JSON
import Model
import Templating

/// One recipient's content.
struct RenderedContent: Sendable {
    var subject: String
    var preheader: String
    var html: [UInt8]?
    var text: [UInt8]?
}

extension CompiledCampaign {
    /// Renders every part for one recipient.
    func render(
        messageID: Int64,
        contactID: Int64,
        email: String,
        mergeFields: String,
        links: MessageLinks
    ) throws(ContentFault) -> RenderedContent {
        let context = RecipientContext(
            contactID: contactID,
            email: email,
            mergeFields: mergeFields,
            campaign: campaignValue,
            unsubscribeURL: links.unsubscribe(messageID),
            preferencesURL: links.preferences(messageID),
            viewURL: { links.view(messageID) }
        )
        let preheaderText = try line(preheader, "preview_text", context)
        var rendered = RenderedContent(subject: try line(subject, "subject", context), preheader: preheaderText)
        if let html {
            rendered.html = try body(html, "html_body", context, escape: .html) { slot in
                fill(slot, messageID, preheader: preheaderText, context, links)
            }
        }
        if let text {
            rendered.text = try body(text, "text_body", context, escape: .none) { _ in "" }
        } else if let html = rendered.html {
            rendered.text = PlainText.fromHTML(html)
        }
        if !textHasUnsubscribe {
            let footer = FooterMarkup.text(unsubscribeURL: context.unsubscribeURL, preferencesURL: context.preferencesURL)
            rendered.text = (rendered.text ?? []) + Array(("\n\n" + footer).utf8)
        }
        return rendered
    }

    /// What stands in a slot of the HTML.
    private func fill(_ slot: Int, _ messageID: Int64, preheader: String, _ context: RecipientContext, _ links: MessageLinks) -> String {
        switch slot {
        case Slot.preheader: return preheader.isEmpty ? "" : PreheaderMarkup.html(preheader)
        case Slot.footer:
            let markup = FooterMarkup.html(unsubscribeURL: context.unsubscribeURL, preferencesURL: context.preferencesURL)
            let footer = htmlHasUnsubscribe ? "" : "\n" + markup
            return footer + (content.trackOpens ? "\n" + PixelMarkup.html(url: links.open(messageID)) : "")
        default:
            let index = slot - Slot.firstLink
            guard linkTargets.indices.contains(index) else { return "" }
            let url = links.click(messageID, link: index, url: linkTargets[index])
            // The URL has only unreserved characters, `&` excepted (from a public address with one), so any quotes would do.
            return url.utf8.contains(UInt8(ascii: "&")) ? "\"\(url.replacing("&", with: "&amp;"))\"" : "\"\(url)\""
        }
    }

    /// Subject and preheader are one line: what a value brings in of line breaks becomes a space, so that it cannot break the message.
    private func line(_ template: Template, _ field: String, _ context: RecipientContext) throws(ContentFault) -> String {
        let bytes = try body(template, field, context, escape: .none) { _ in "" }
        let spaced = bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: " ") : $0 }
        return String(decoding: spaced, as: UTF8.self)
    }

    private func body(
        _ template: Template,
        _ field: String,
        _ context: RecipientContext,
        escape: EscapeMode,
        placeholder: (Int) -> String
    ) throws(ContentFault) -> [UInt8] {
        do {
            return try template.render(
                context,
                escape: escape,
                undefined: content.strictVariables ? .error : .empty,
                placeholder: placeholder
            )
        } catch {
            throw ContentFault(field: field, template: error, code: "render_failed")
        }
    }
}
