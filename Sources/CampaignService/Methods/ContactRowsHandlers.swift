import Contracts
import JSON
import JSONRPC
import Model
import Postgres
import ServiceRuntime

extension CampaignHandlers {
    func contactRecipients(_ request: ContactRecipients, _ context: RPCContext) async throws -> ContactRecipientList {
        ContactRecipientList(recipients: try await database.run(RowsOfContact(request, limit: min(max(request.limit, 1), 500))))
    }

    /// Idempotent: rows of the erased are no longer found by their contact, and a page that comes later stores nothing of them.
    func eraseContact(_ request: EraseContactRecipients, _ context: RPCContext) async throws -> ErasedRecipients {
        guard request.contactID.rawValue > 0 else { return ErasedRecipients(counts: ["campaign_recipients_anonymized": 0]) }
        let count = try await database.transaction { transaction in
            try await transaction.execute(ErasureLock.Take(schema: "campaign"))
            try await transaction.execute(RememberErasure(organizationID: request.organizationID, contactID: request.contactID))
            return try await transaction.execute(AnonymizeRows(organizationID: request.organizationID, contactID: request.contactID))
        }
        return ErasedRecipients(counts: ["campaign_recipients_anonymized": count])
    }

    func getRecipientMail(_ request: GetRecipientMail, _ context: RPCContext) async throws -> RecipientMail {
        guard let mail = try await database.first(MailOfRecipient(id: request.recipientID)),
            let content = try await database.first(RevisionByID(id: mail.revisionID))
        else { throw GetRecipientMail.Failure.notFound }
        return RecipientMail(
            content: content,
            contactID: mail.contactID,
            email: mail.email,
            mergeFields: try JSONValue.parse(mail.mergeFields)
        )
    }
}
