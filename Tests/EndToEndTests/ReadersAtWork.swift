import Contracts
import HTTPTransport
import Model
import Synchronization
import Testing

/// Recipients who open and click while services die: counts what was acknowledged to them, and what they tried.
final class ReadersAtWork: Sendable {
    struct Counts: Sendable {
        var opens: Int64 = 0
        var clicks: Int64 = 0
        var triedOpens: Int64 = 0
        var triedClicks: Int64 = 0
    }

    private let up: UpProcess
    private let links: [(pixel: String, click: String)]
    private let state = Mutex((counts: Counts(), isOver: false))

    private init(_ up: UpProcess, _ links: [(pixel: String, click: String)]) {
        self.up = up
        self.links = links
    }

    /// With the real links of some recipients who have been sent the campaign.
    static func of(_ key: String, _ tenant: Tenant, count: Int) async throws -> ReadersAtWork {
        let rows = try await eventually("some have their mail", within: .seconds(60)) { () -> [Recipient]? in
            let call = ListRecipients(address: tenant.address(key), state: .sent, limit: count)
            let rows = try await tenant.up.call(call).recipients
            return rows.count == count ? rows : nil
        }
        var links: [(pixel: String, click: String)] = []
        for row in rows {
            let mail = try await tenant.up.call(GetRecipientMail(recipientID: row.id))
            let preview = PreviewCampaign(
                content: mail.content,
                email: mail.email,
                mergeFields: mail.mergeFields,
                recipientID: row.id,
                contactID: mail.contactID
            )
            let html = try await tenant.up.call(preview).htmlBody
            func link(_ part: String) -> String {
                html.matches(of: /(?:href|src)="([^"]*)"/).map(\.output.1).first { $0.contains(part) }.map(String.init) ?? ""
            }
            links.append((link("/t/o/"), link("/t/c/").replacing("&amp;", with: "&")))
        }
        return ReadersAtWork(tenant.up, links)
    }

    var counts: Counts { state.withLock { $0.counts } }

    func stop() { state.withLock { $0.isOver = true } }

    /// Reads until stopped.
    func run() async {
        while true {
            for link in links {
                if Task.isCancelled || state.withLock({ $0.isOver }) { return }
                state.withLock { $0.counts.triedOpens += 1 }
                if await answers(link.pixel, 200) { state.withLock { $0.counts.opens += 1 } }
                state.withLock { $0.counts.triedClicks += 1 }
                if await answers(link.click, 302) { state.withLock { $0.counts.clicks += 1 } }
            }
        }
    }

    private func answers(_ address: String, _ status: Int) async -> Bool {
        let browser: [HTTPRequest.Header] = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")]
        return (try? await up.http("GET", address, headers: browser, timeout: .seconds(10)))?.status == status
    }
}
