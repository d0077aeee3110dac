import Contracts
import Email
import Postgres

extension AudienceHandlers {
    func exportPersonalData(_ request: ExportPersonalData) async throws -> PersonalData {
        let address = try AddressRules.address(request.email)
        _ = try await KnownClient.find(request.scope, database)
        let statement = PersonalDataOfContact(organizationID: request.scope.organizationID, email: address.normalized)
        guard let found = try await database.first(statement) else { throw ValidationFailure.field("email", "not_found") }
        return found
    }
}
