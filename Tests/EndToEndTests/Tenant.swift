import Contracts
import Foundation
import Model

/// A client with an audience, made over RPC, and what a test does for it.
struct Tenant: Sendable {
    let up: UpProcess
    let identity: ClientIdentity
    let audienceID: AudienceID
    let apiKey: String

    init(_ up: UpProcess) async throws {
        self.up = up
        let made = try await up.call(
            Provision(
                organization: "acme",
                audience: "news",
                client: "shop",
                senders: [Sender(id: "team", email: "Acme Team <team@acme.example>")],
                keyName: "test"
            )
        )
        identity = made.client
        audienceID = made.audienceID
        apiKey = made.apiKey ?? ""
    }

    var scope: ClientScope { identity.scope }

    func address(_ key: String) -> CampaignAddress { CampaignAddress(scope: scope, externalKey: key) }

    /// Addresses `r1@example.com` to `rN@example.com`, subscribed.
    func importContacts(_ count: Int) async throws {
        let audience = AudienceScope(organizationID: scope.organizationID, clientID: scope.clientID, audienceID: audienceID)
        let begun = try await up.call(
            BeginImport(scope: audience, header: ["email", "status", "verified", "first_name"], delimiter: ",")
        )
        let rows = (1...count).map { "r\($0)@example.com,subscribed,true,Name\($0)\n" }.joined()
        let page = ImportPage(
            jobID: begun.jobID,
            organizationID: scope.organizationID,
            sequence: 0,
            firstLine: 2,
            firstItem: 1,
            records: Data(rows.utf8).base64EncodedString(),
            refused: [],
            wantsResults: false,
            isLast: true
        )
        let result = try await up.call(page)
        guard result.counts.created == count else { throw Late(description: "imported \(result.counts), \(result.faults.prefix(3))") }
    }

    /// A draft to everybody.
    func putCampaign(_ key: String) async throws {
        var change = CampaignChange()
        change.subject = "Hello {{ contact.attributes.first_name }}"
        change.htmlBody = """
            <html><body><p>Hi {{ contact.attributes.first_name }}</p><a href="https://acme.example/offer?a=1&amp;b=2">offer</a>
            <a href="{{ unsubscribe_url }}">leave</a></body></html>
            """
        _ = try await up.call(
            PutCampaign(address: address(key), audienceID: audienceID, audienceSlug: "news", clientSlug: "shop", change: change)
        )
    }

    func queue(_ key: String) async throws { _ = try await up.call(QueueCampaign(address: address(key))) }

    func campaign(_ key: String) async throws -> Campaign {
        try await up.call(GetCampaign(address: address(key))).campaign
    }

    /// Waits until it has that status; a failed campaign ends the wait.
    func wait(_ key: String, for status: CampaignStatus, within limit: Duration = .seconds(60)) async throws {
        try await eventually("\(key) is \(status)", within: limit) {
            let now = try await campaign(key)
            if now.status == .failed { throw Late(description: "\(key) failed: \(now.statusReason)") }
            return now.status == status
        }
    }

    func recipients(_ key: String, _ state: RecipientState? = nil) async throws -> [Recipient] {
        var all: [Recipient] = []
        while true {
            let page = try await up.call(
                ListRecipients(address: address(key), state: state, after: all.last?.id ?? RecipientID(0), limit: 1_000)
            )
            all += page.recipients
            if page.recipients.count < 1_000 { return all }
        }
    }
}
