import Contracts
import HTTPTypes
import JSON

/// One status that an endpoint answers with.
struct EndpointAnswer: Sendable {
    let status: HTTPResponse.Status
    let summary: String
    /// Media type to the shape of its content; empty for an answer without one.
    let content: [String: Shape]

    static func json(_ status: HTTPResponse.Status, _ shape: Shape, _ summary: String = "") -> EndpointAnswer {
        EndpointAnswer(status: status, summary: summary.isEmpty ? status.reasonPhrase : summary, content: ["application/json": shape])
    }

    static func ok(_ shape: Shape, _ summary: String = "") -> EndpointAnswer { .json(.ok, shape, summary) }
    static func created(_ shape: Shape, _ summary: String = "") -> EndpointAnswer { .json(.created, shape, summary) }
    static func accepted(_ shape: Shape, _ summary: String = "") -> EndpointAnswer { .json(.accepted, shape, summary) }

    static func content(_ status: HTTPResponse.Status, _ mediaType: String, _ summary: String = "") -> EndpointAnswer {
        EndpointAnswer(status: status, summary: summary.isEmpty ? status.reasonPhrase : summary, content: [mediaType: .string])
    }

    static func empty(_ status: HTTPResponse.Status, _ summary: String = "") -> EndpointAnswer {
        EndpointAnswer(status: status, summary: summary.isEmpty ? status.reasonPhrase : summary, content: [:])
    }

    /// The addressed object is not there, or is another organization's.
    static let notFound = json(.notFound, APIErrorShape.shape, "The addressed object does not exist.")
    /// The state does not allow it.
    static let conflict = json(.conflict, APIErrorShape.shape, "The state of the object does not allow it.")
}

/// The one shape of errors (API.md section 1).
enum APIErrorShape {
    static let name = "Error"
    static let shape = Shape.object(
        ObjectShape(
            name,
            [
                Field(
                    "error",
                    .object(
                        ObjectShape([
                            Field("code", .string, required: true, "What went wrong.", example: "validation_error"),
                            Field("message", .string, "For people."),
                            Field("fields", .map(.any), "Field, dotted when nested, to reason."),
                            Field("details", .map(.string), "Field to a longer explanation."),
                            Field("allowed_methods", .list(of: .string), "Of a wrong method."),
                            Field("required_scope", .choice(APIScope.self), "Of a key that lacks a scope."),
                        ])
                    ),
                    required: true
                )
            ]
        )
    )
}
