import Contracts
import Email
import JSON
import Model
import Templating

/// A campaign revision made ready to render many times: templates parsed, links found, sender checked.
struct CompiledCampaign: Sendable {
    let content: CampaignContent
    let from: Mailbox
    /// The sender as headers show it, and what templates see as `campaign`; the same for every recipient.
    let fromHeader: String
    let campaignValue: JSONValue
    let listID: ListID?
    let subject: Template
    let preheader: Template
    let html: Template?
    let text: Template?
    /// The trackable links of the HTML, by index.
    let linkTargets: [String]
    /// Whether the author put `{{ unsubscribe_url }}` there himself.
    let htmlHasUnsubscribe: Bool
    let textHasUnsubscribe: Bool

    /// Compiles all parts.
    ///
    /// The first fault is thrown with its field and place.
    init(_ content: CampaignContent) throws(ContentFault) {
        self.content = content
        do {
            from = try Mailbox(parsing: content.from)
        } catch {
            throw ContentFault(field: "from_email", code: "invalid", reason: "\(error)")
        }
        fromHeader = from.headerForm
        campaignValue = Self.campaignValue(content)
        listID = try? ListID(
            name: content.clientName,
            identifier: "\(content.clientSlug).\(content.audienceSlug).\(from.address.domain)"
        )
        subject = try Self.compile(content.subject, "subject")
        preheader = try Self.compile(content.previewText, "preview_text")
        text = content.textBody.isEmpty ? Self.derivedText(content.htmlBody) : try Self.compile(content.textBody, "text_body")
        htmlHasUnsubscribe = TemplateReference.writes("unsubscribe_url", in: content.htmlBody)
        textHasUnsubscribe = TemplateReference.writes(
            "unsubscribe_url",
            in: content.textBody.isEmpty ? content.htmlBody : content.textBody
        )
        guard !content.htmlBody.isEmpty else {
            html = nil
            linkTargets = []
            return
        }
        let plan = HTMLRewriter.compile(content.htmlBody, mode: .template)
        linkTargets = plan.links.map(\.url)
        do {
            html = try Template.compile(segments: Self.segments(plan, tracksClicks: content.trackClicks))
        } catch {
            throw ContentFault(field: "html_body", template: error)
        }
    }

    private static func campaignValue(_ content: CampaignContent) -> JSONValue {
        .object(
            JSONObject([
                (key: "id", value: .number(JSONNumber(content.campaignID.rawValue))),
                (key: "external_key", value: .string(content.externalKey)),
                (key: "subject", value: .string(content.subject)),
                (key: "preview_text", value: .string(content.previewText)),
                (key: "metadata", value: content.metadata),
            ])
        )
    }

    private static func compile(_ source: String, _ field: String) throws(ContentFault) -> Template {
        do {
            return try Template.compile(source)
        } catch {
            throw ContentFault(field: field, template: error)
        }
    }

    /// The plain text of an HTML content as a template, made once: converting each recipient's HTML costs more than everything else
    /// together.
    ///
    /// Nil when Liquid and markup are so entangled that the text is no template; then each recipient's HTML is converted.
    private static func derivedText(_ html: String) -> Template? {
        html.isEmpty ? nil : try? Template.compile(PlainText.fromHTML(html))
    }

    /// The rewriter's plan as template segments: everything but links and the two points is template source.
    private static func segments(_ plan: RewritePlan, tracksClicks: Bool) -> [TemplateSegment] {
        plan.segments.map { segment in
            switch segment {
            case .literal(let range): .text(String(decoding: plan.source[range], as: UTF8.self))
            case .preheaderPoint: .placeholder(Slot.preheader)
            case .footerPoint: .placeholder(Slot.footer)
            case .link(let link):
                tracksClicks
                    ? .placeholder(Slot.firstLink + link.index, replacing: String(decoding: plan.source[link.range], as: UTF8.self))
                    : .text(String(decoding: plan.source[link.range], as: UTF8.self))
            }
        }
    }

    /// Numbers of the places that are filled for each recipient.
    enum Slot {
        static let preheader = 0
        static let footer = 1
        static let firstLink = 2
    }
}
