/// What an API key may do; a key without scopes may do everything its client can.
package enum APIScope: String, CaseIterable, Sendable {
    case accountRead = "account:read"
    case accountWrite = "account:write"
    case contactsRead = "contacts:read"
    case contactsWrite = "contacts:write"
    case listsRead = "lists:read"
    case listsWrite = "lists:write"
    case segmentsRead = "segments:read"
    case segmentsWrite = "segments:write"
    case templatesRead = "templates:read"
    case templatesWrite = "templates:write"
    case messagesRead = "messages:read"
    case messagesSend = "messages:send"
    case campaignsRead = "campaigns:read"
    case campaignsWrite = "campaigns:write"
    case campaignsSend = "campaigns:send"
    case eventsRead = "events:read"
    case webhooksRead = "webhooks:read"
    case webhooksWrite = "webhooks:write"
    /// The numbers of the whole installation.
    case workersRead = "workers:read"

    /// Reaches beyond the client: only the operator gives it, and a key without scopes does not have it.
    package var isOperators: Bool { self == .workersRead }
}

extension AuthenticatedKey {
    package func allows(_ scope: APIScope) -> Bool {
        scopes.contains(scope.rawValue) || (scopes.isEmpty && !scope.isOperators)
    }
}
