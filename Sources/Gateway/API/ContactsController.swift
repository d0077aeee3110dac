import Contracts
import Email
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/contacts` and `/api/contacts/status`.
struct ContactsController: Sendable {
    let services: APIServices
    let authentication: APIAuthentication

    func add(to routes: inout RouteTable) {
        routes.on(.post, "/api/contacts") { try await upsert($0) }
        routes.on(.get, "/api/contacts/status") { try await status($0) }
    }

    func upsert(_ request: GatewayRequest) async throws -> Response {
        let client = try await authentication.client(of: request)
        var fields = try await RequestFields.read(request)
        let change = Self.change(&fields)
        let scope = try await ScopeResolution(audience: services.audience).resolve(&fields, client)
        try fields.check()
        guard let scope, let change else { throw APIError.field("email", "required") }
        let result = try await services.audience.answer(UpsertContact(scope: scope.ids, change: change))
        return .json(.object(ContactPayload.object(result, includesTags: true)))
    }

    func status(_ request: GatewayRequest) async throws -> Response {
        let client = try await authentication.client(of: request)
        var fields = ScopeResolution.queryFields(request, ["email", "audience", "client"])
        let email = fields.requiredString("email")
        let scope = try await ScopeResolution(audience: services.audience).resolve(&fields, client)
        try fields.check()
        guard let scope, let email else { throw APIError.field("email", "required") }
        let result = try await services.audience.answer(GetContactStatus(scope: scope.ids, email: email))
        return .json(.object(ContactPayload.object(result, includesTags: false)))
    }

    /// What the body names; nil when there is no address.
    static func change(_ fields: inout RequestFields) -> ContactChange? {
        let email = fields.requiredString("email")
        // Audience says so too; here it stands beside the body's other faults.
        if let email, (try? EmailAddress(email)) == nil { fields.fault("email", "invalid") }
        var change = ContactChange(email: email ?? "")
        change.status = fields.choice("status")
        change.verified = fields.bool("verified")
        change.tags = fields.strings("tags")
        change.attributes = fields.objectValue("attributes")
        change.resubscribe = fields.bool("resubscribe")
        change.resubscribeReason = fields.string("resubscribe_reason") ?? fields.string("reason")
        if let validation = fields.objectValue("email_validation")?.objectValue {
            var nested = RequestFields(validation)
            change.validationStatus = nested.choice("status")
            change.validationReason = nested.string("reason")
            for (field, reason) in nested.faults { fields.fault("email_validation.\(field)", reason) }
        }
        return email == nil ? nil : change
    }
}
