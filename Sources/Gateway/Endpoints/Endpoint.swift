import Contracts
import HTTPTypes
import HummingbirdCore
import JSON

/// One endpoint: what answers it, and everything that callers have to know about it.
///
/// Routing, authentication, scopes, validation and the OpenAPI document all read this one declaration.
struct Endpoint: Sendable {
    typealias Handler = @Sendable (inout EndpointCall) async throws -> Response

    /// Who may call.
    enum Access: Sendable {
        case anyone
        /// Anyone's form; an address may send so many a second only.
        case form
        /// An API key with this scope.
        case key(APIScope)
    }

    /// What the request's body is.
    enum Body: Sendable {
        case none
        case json(ObjectShape)
        /// The handler reads it itself: uploads, forms, what others define.
        case own(mediaTypes: [String: Shape])

        /// What a JSON body looks like, when it can be one.
        var jsonShape: ObjectShape? {
            switch self {
            case .none: nil
            case .json(let shape): shape
            case .own(let mediaTypes): if case .object(let shape) = mediaTypes["application/json"] { shape } else { nil }
            }
        }
    }

    let method: HTTPRequest.Method
    let path: String
    /// `operationId` of the document, unique.
    let id: String
    let tag: EndpointTag
    let access: Access
    let summary: String
    let details: String
    let query: [Field]
    let body: Body
    let answers: [EndpointAnswer]
    let handler: Handler

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        id: String,
        tag: EndpointTag,
        access: Access,
        summary: String,
        details: String = "",
        query: [Field] = [],
        body: Body = .none,
        answers: [EndpointAnswer],
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.id = id
        self.tag = tag
        self.access = access
        self.summary = summary
        self.details = details
        self.query = query
        self.body = body
        self.answers = answers
        self.handler = handler
    }
}

/// The groups of the documentation, in its order.
enum EndpointTag: String, CaseIterable, Sendable {
    case contacts = "Contacts"
    case subscriptions = "Subscriptions"
    case imports = "Imports"
    case recipientLists = "Recipient lists"
    case segments = "Segments"
    case templates = "Templates"
    case transactional = "Transactional mail"
    case campaigns = "Campaigns"
    case events = "Events"
    case webhooks = "Webhooks"
    case account = "Account"
    case publicLinks = "Public"
}
