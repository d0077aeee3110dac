import Contracts
import Templating

/// The four templates of a campaign, compiled and rendered once for somebody of whom nothing is known: what is wrong with them, and which
/// merge fields they use.
struct ContentCheck: Sendable {
    /// What a campaign's content may take values from (API.md section 4 item 7).
    static let allowedRoots: Set<String> = ["contact", "member", "campaign", "unsubscribe_url", "preferences_url", "view_url"]

    private(set) var fields: [String: String] = [:]
    private(set) var details: [String: String] = [:]
    private var paths: Set<[String]> = []
    private var hasComputedRoots = false

    init(subject: String, previewText: String, htmlBody: String, textBody: String, trial: TrialContext = TrialContext()) {
        check("subject", subject, .none, trial)
        check("preview_text", previewText, .none, trial)
        check("html_body", htmlBody, .html, trial)
        check("text_body", textBody, .none, trial)
    }

    private mutating func check(_ field: String, _ source: String, _ escape: EscapeMode, _ trial: TrialContext) {
        do throws(TemplateError) {
            let template = try Template.compile(source)
            paths.formUnion(template.referencedPaths)
            hasComputedRoots = hasComputedRoots || template.hasComputedRoots
            if template.hasComputedRoots {
                fields[field] = "unknown_variable"
                details[field] = "a variable's name cannot be computed in campaigns"
            }
            let unknown = template.referencedRoots.subtracting(Self.allowedRoots).sorted()
            guard let first = unknown.first else {
                if fields[field] == nil { render(template, field, escape, trial) }
                return
            }
            fields[field] = "unknown_variable"
            details[field] = "\(first) is not known in campaigns; known are \(Self.allowedRoots.sorted().joined(separator: ", "))"
        } catch {
            fields[field] = "invalid_template"
            details[field] = "line \(error.line), column \(error.column): \(error.reason)"
        }
    }

    /// What breaks here breaks for everybody: it is refused now, and not recipient by recipient.
    private mutating func render(_ template: Template, _ field: String, _ escape: EscapeMode, _ trial: TrialContext) {
        do throws(TemplateError) {
            _ = try template.render(trial, escape: escape)
        } catch {
            guard trial.isCertain(error, template) else { return }
            fields[field] = "render_failed"
            details[field] = "line \(error.line), column \(error.column): \(error.reason)"
        }
    }

    /// What a snapshot must ask for.
    var needs: ContentNeeds {
        ContentNeeds(attributeNames: attributeNames, usesMember: hasComputedRoots || paths.contains { $0.first == "member" })
    }

    /// Names of the contact attributes that the content uses; nil when it takes them as a whole or by a computed name.
    var attributeNames: [String]? {
        if hasComputedRoots { return nil }
        var names: Set<String> = []
        for path in paths where path.first == "contact" {
            guard path.count > 1 else { return nil }
            guard path[1] == "attributes" else { continue }
            guard path.count > 2 else { return nil }
            names.insert(path[2])
        }
        return names.sorted()
    }
}
