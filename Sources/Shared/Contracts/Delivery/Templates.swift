import JSON
import JSONRPC
import Model

/// Creates or replaces a client's template; changed content is a new version, the others are kept.
///
/// Idempotent: the same content again is no new version. Failures: `name|subject: required`, `subject|html_body|text_body: invalid_template`
/// with details (line, column, reason), `default_sender_id: not_configured`, `required_context.N.name: required | invalid | duplicate`.
package struct PutTemplate: RPCMethod, Codable {
    package static let name = "delivery.putTemplate"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = StoredTemplate
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var key: String
    package var content: TemplateContent
    package init(scope: ClientScope, key: String, content: TemplateContent) {
        self.scope = scope
        self.key = key
        self.content = content
    }
}

/// Everything about a template that its author decides.
package struct TemplateContent: Codable, Equatable, Sendable {
    /// The most values that a template may require.
    package static let maximumRequired = 200
    package var name: String
    package var description = ""
    package var subject: String
    package var htmlBody = ""
    package var textBody = ""
    package var requiredContext: [RequiredContext] = []
    /// An object.
    package var exampleContext: JSONValue = .object(JSONObject())
    /// Empty: the client's default.
    package var defaultSenderID = ""
    package var isActive = true
    package var onUnknown = UnknownPolicy.hold
    /// Whether an undefined variable is an error instead of empty text.
    package var strictVariables = false
    package init(name: String, subject: String) { self.name = name; self.subject = subject }
}

/// A value that a send must bring.
package struct RequiredContext: Codable, Equatable, Sendable {
    /// A name, dotted for a member of an object.
    package var name: String
    package var description: String
    package init(name: String, description: String) { self.name = name; self.description = description }
}

/// What becomes of a message of which nobody knows whether the provider has it.
package enum UnknownPolicy: String, Codable, Sendable, CaseIterable {
    /// It stays `unknown`.
    case hold
    /// It is sent once more.
    case resend
}

package struct StoredTemplate: RPCPayload, Codable, Equatable {
    package var template: TemplateRecord
    package var created: Bool
    package init(template: TemplateRecord, created: Bool) { self.template = template; self.created = created }
}

package struct TemplateRecord: RPCPayload, Codable, Equatable {
    package var key: String
    package var version: Int
    package var content: TemplateContent
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package init(key: String, version: Int, content: TemplateContent, createdAt: Timestamp, updatedAt: Timestamp) {
        self.key = key
        self.version = version
        self.content = content
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// One template as it is now.
///
/// Idempotent. Failure: `template_key: not_found`.
package struct GetTemplate: RPCMethod, Codable {
    package static let name = "delivery.getTemplate"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = TemplateRecord
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var key: String
    package init(scope: ClientScope, key: String) { self.scope = scope; self.key = key }
}

/// The client's templates by key.
///
/// A page ends early when its templates are large: only `next` says whether more follow. Idempotent.
package struct ListTemplates: RPCMethod, Codable {
    package static let name = "delivery.listTemplates"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = TemplatePage
    package var scope: ClientScope
    /// Greater keys only; empty starts at the first.
    package var after: String
    /// From 1 to 100.
    package var limit: Int
    package init(scope: ClientScope, after: String, limit: Int) { self.scope = scope; self.after = after; self.limit = limit }
}

package struct TemplatePage: RPCPayload, Codable, Equatable {
    package var templates: [TemplateRecord]
    /// Pass as `after` for the next page; nil at the end.
    package var next: String?
    package init(templates: [TemplateRecord], next: String?) { self.templates = templates; self.next = next }
}

/// The versions of a template, newest first.
///
/// A page ends early when its versions are large: only `next`, the number of the last one, says whether more follow. Idempotent. Failure:
/// `template_key: not_found`.
package struct ListTemplateVersions: RPCMethod, Codable {
    package static let name = "delivery.templateVersions"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = TemplatePage
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var key: String
    /// Smaller numbers only; nil starts at the newest.
    package var before: Int?
    /// From 1 to 100, which nil is too.
    package var limit: Int?
    package init(scope: ClientScope, key: String, before: Int? = nil, limit: Int? = nil) {
        self.scope = scope
        self.key = key
        self.before = before
        self.limit = limit
    }
}

/// Renders a template exactly as a send would.
///
/// Changes nothing. Idempotent. Failures: `template_key: not_found`, `version: not_found`, `context.<name>: required`,
/// `subject|html_body|text_body: render_failed`.
package struct PreviewTemplate: RPCMethod, Codable {
    package static let name = "delivery.previewTemplate"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = RenderedMessage
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var key: String
    /// Nil: the newest.
    package var version: Int?
    /// Nil: the template's example.
    package var context: JSONValue?
    package init(scope: ClientScope, key: String, version: Int?, context: JSONValue?) {
        self.scope = scope
        self.key = key
        self.version = version
        self.context = context
    }
}
