import Contracts
import Foundation
import JSONRPC
import Model

/// An organization of its own with one audience and one client.
struct Tenant: Sendable {
    let platform: Platform
    let slug: String
    let identity: ClientIdentity
    let audienceID: AudienceID
    let apiKey: String

    /// The name must be free on this platform.
    init(_ platform: Platform, _ name: String) async throws {
        self.platform = platform
        slug = "\(name)-\(UInt32.random(in: 0...999_999))"
        let made = try await platform.call(
            Provision(
                organization: slug,
                audience: slug,
                client: slug,
                senders: [Sender(id: "team", email: "Benchmark Team <team@example.org>")],
                keyName: "benchmark"
            )
        )
        identity = made.client
        audienceID = made.audienceID
        apiKey = made.apiKey ?? ""
    }

    var scope: ClientScope { identity.scope }

    func address(_ key: String) -> CampaignAddress { CampaignAddress(scope: scope, externalKey: key) }

    /// Imports the file over RPC, page by page; its records stand on one line each.
    func importFile(_ path: String) async throws {
        guard let file = FileManager.default.contents(atPath: path), let headerEnd = file.firstIndex(of: 0x0A) else {
            throw BenchmarkFailure("\(path) is empty")
        }
        let header = String(decoding: file[..<headerEnd], as: UTF8.self).split(separator: ",").map(String.init)
        let audience = AudienceScope(organizationID: scope.organizationID, clientID: scope.clientID, audienceID: audienceID)
        let begun = try await platform.call(BeginImport(scope: audience, header: header, delimiter: ","))
        var rest = file[(headerEnd + 1)...]
        var page = ImportPage(
            jobID: begun.jobID,
            organizationID: scope.organizationID,
            sequence: 0,
            firstLine: 2,
            firstItem: 1,
            records: "",
            refused: [],
            wantsResults: false,
            isLast: false
        )
        try await platform.withClient(of: ImportPage.name) { client in
            while !rest.isEmpty {
                let limit = min(rest.startIndex + 1 << 20, rest.endIndex)
                let end = limit == rest.endIndex ? limit : (rest[..<limit].lastIndex(of: 0x0A) ?? limit - 1) + 1
                page.records = Data(rest[..<end]).base64EncodedString()
                page.isLast = end == rest.endIndex
                _ = try await client.call(page, deadline: .seconds(60), idempotencyKey: nil)
                let lines = rest[..<end].count { $0 == 0x0A }
                page.sequence += 1
                page.firstLine += lines
                page.firstItem += lines
                rest = rest[end...]
            }
        }
        // As after any bulk load: the planner must know the tables.
        try await platform.script("ANALYZE audience.contacts, audience.memberships, audience.subscriptions")
    }

    /// Makes a file of contacts and imports it.
    func importContacts(_ count: Int, excluded: Int = 0) async throws {
        let path = "\(platform.folder)/\(slug).csv"
        try ContactFile(count: count, excluded: excluded).write(to: path)
        try await importFile(path)
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A draft that personalises by attributes, with links and a text part made from it.
    func putCampaign(_ key: String, paragraphs: Int, selectsByTags: Bool) async throws {
        var change = CampaignChange()
        change.subject = "{{ contact.attributes.first_name }}, news from {{ contact.attributes.city }}"
        let paragraph =
            "<p style=\"margin:0 0 16px\">Lorem ipsum dolor sit amet, {{ contact.attributes.first_name }}, consectetur adipiscing elit. "
            + "<a href=\"https://shop.example/offer?n={}&amp;utm=mail\">See offer {}</a>, only on the {{ contact.attributes.plan }} plan.</p>\n"
        let body = (0..<paragraphs).map { paragraph.replacing("{}", with: String($0)) }.joined()
        change.htmlBody =
            "<!doctype html><html><body><h1>Hello {{ contact.attributes.first_name }}</h1>\n\(body)"
            + "<p><a href=\"{{ unsubscribe_url }}\">Unsubscribe</a></p></body></html>"
        if selectsByTags {
            change.includeTags = ContactFile.includeTags
            change.excludeTags = [ContactFile.excludeTag]
        }
        _ = try await platform.call(
            PutCampaign(address: address(key), audienceID: audienceID, audienceSlug: slug, clientSlug: slug, change: change)
        )
    }

    func campaign(_ key: String) async throws -> Campaign { try await platform.call(GetCampaign(address: address(key))).campaign }
}
