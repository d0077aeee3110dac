import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import NIOCore

/// An answer that is an error, in the API's one shape (API.md section 1).
struct APIError: Error, Sendable {
    var status: HTTPResponse.Status
    var headers: HTTPFields = [:]
    /// The value of `error`.
    var error: JSONValue

    /// `{"error":{"code":"validation_error","fields":{…}}}`; the status follows the reasons.
    static func validation(_ failure: ValidationFailure) -> APIError {
        let fields = failure.fields.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.string($0.value)) }
        var members: [(key: String, value: JSONValue)] = [
            (key: "code", value: "validation_error"), (key: "fields", value: .object(JSONObject(fields))),
        ]
        if let details = failure.details, !details.isEmpty {
            let texts = details.sorted { $0.key < $1.key }.map { (key: $0.key, value: JSONValue.string($0.value)) }
            members.append((key: "details", value: .object(JSONObject(texts))))
        }
        return APIError(status: status(of: failure.fields), error: .object(JSONObject(members)))
    }

    static func field(_ field: String, _ reason: String) -> APIError { validation(.field(field, reason)) }

    /// 403 for another client's data, 404 for the addressed object, 409 for state conflicts, else 400.
    private static func status(of fields: [String: String]) -> HTTPResponse.Status {
        let conflicts: Set<String> = [
            "not_editable", "not_schedulable", "not_cancellable", "not_pausable", "not_resumable", "not_resendable", "audience_mismatch",
            "body_mismatch", "taken",
            "suppressed_contact_cannot_be_enabled", "disabled",
        ]
        if fields.values.contains("forbidden") { return .forbidden }
        if !conflicts.isDisjoint(with: fields.values) { return .conflict }
        // What a body only refers to; everything else that is not found is what the request is about.
        let referred: Set<String> = ["audience", "client", "recipient_list_key", "segment_key", "from_email", "default_sender_id"]
        if fields.count == 1, let (field, reason) = fields.first, reason == "not_found", !referred.contains(field) { return .notFound }
        return .badRequest
    }

    static func unauthorized(_ code: String) -> APIError {
        APIError(
            status: .unauthorized,
            error: ["code": .string(code), "message": "Authentication credentials were not accepted."]
        )
    }

    static func insufficientScope(_ scope: APIScope) -> APIError {
        APIError(
            status: .forbidden,
            error: [
                "code": "insufficient_scope", "message": .string("The API key lacks the scope \(scope.rawValue)."),
                "required_scope": .string(scope.rawValue),
            ]
        )
    }

    /// `after`: seconds until the next request is answered, told in whole ones.
    static func tooManyRequests(after seconds: Double) -> APIError {
        APIError(
            status: .tooManyRequests,
            headers: [.retryAfter: String(max(1, Int(seconds.rounded(.up))))],
            error: ["code": "rate_limited", "message": "Too many requests; try again after the time in Retry-After."]
        )
    }

    static var notFound: APIError { APIError(status: .notFound, error: ["code": "not_found", "message": "There is no such path."]) }

    static func methodNotAllowed(_ allowed: [String]) -> APIError {
        APIError(
            status: .methodNotAllowed,
            headers: [.allow: allowed.joined(separator: ", ")],
            error: ["code": "method_not_allowed", "allowed_methods": .array(allowed.map { .string($0) })]
        )
    }

    static func bodyTooLarge(limit: Int) -> APIError {
        APIError(
            status: .contentTooLarge,
            error: ["code": "body_too_large", "message": .string("The body is larger than \(limit) bytes.")]
        )
    }

    /// The body is small enough, and what it asks for still too much for one call between the services.
    static var requestTooLarge: APIError {
        APIError(
            status: .contentTooLarge,
            error: ["code": "request_too_large", "message": "The request asks for too much at once; split it into several."]
        )
    }

    /// A service or the database is away; the request may be repeated.
    static var unavailable: APIError {
        APIError(
            status: .serviceUnavailable,
            headers: [.retryAfter: "2"],
            error: ["code": "service_unavailable", "message": "The service is temporarily unavailable; try again."]
        )
    }

    static func `internal`(_ correlation: String) -> APIError {
        APIError(
            status: .internalServerError,
            error: ["code": "internal_error", "message": "Something went wrong on our side.", "correlation_id": .string(correlation)]
        )
    }

    var response: Response { .json(["error": error], status: status, headers: headers) }
}

extension Response {
    /// A JSON answer.
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: value.text)))
    }

    /// An HTML page.
    static func html(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
