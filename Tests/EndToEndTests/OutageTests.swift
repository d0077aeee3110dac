import Contracts
import HTTPTransport
import JSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("Outage", .serialized) struct Outage {
        @Test(
            "Without Postgres public links go on and the API answers 503; what was spooled counts exactly once when it is back",
            .timeLimit(.minutes(15))
        )
        func postgresAway() async throws {
            let cluster = try await TestCluster.start()
            do {
                try await withUp(["DATAMAILER_DATABASE_URL": cluster.adminURL]) { up, folder in
                    let tenant = try await Tenant(up)
                    try await tenant.importContacts(3)
                    try await tenant.putCampaign("outage")
                    try await tenant.queue("outage")
                    try await tenant.wait("outage", for: .sent)
                    let mails = try await CapturedMail.readAll(up, folder)
                    try #require(mails.count == 3)

                    try await cluster.stop()
                    try await meetOutage(up, tenant, mails)
                    try await cluster.restart()
                    try await recover(up, tenant, mails)
                    try await up.expectVerified(folder)
                }
            } catch {
                try? await cluster.remove()
                throw error
            }
            try await cluster.remove()
        }

        private func meetOutage(_ up: UpProcess, _ tenant: Tenant, _ mails: [CapturedMail]) async throws {
            let headers: [HTTPRequest.Header] = [("Authorization", "Bearer \(tenant.apiKey)")]
            let refused = try await up.http("GET", Self.statusPath(mails[0]), headers: headers)
            #expect(refused.status == 503, "\(String(decoding: refused.body, as: UTF8.self))")
            #expect(refused.header("Retry-After").flatMap { Int($0) } ?? 0 > 0)
            #expect(try JSONValue.parse(refused.body)["error"]?["code"]?.stringValue?.isEmpty == false)
            for mail in mails {
                let pixel = try await up.http("GET", mail.pixel, headers: Self.browser)
                #expect(pixel.status == 200)
                let click = try await up.http("GET", mail.clickLinks[0], headers: Self.browser)
                #expect(click.status == 302)
                #expect(click.header("Location") == "https://acme.example/offer?a=1&b=2")
            }
            let left = try await up.http(
                "POST",
                mails[0].unsubscribeLink,
                body: "List-Unsubscribe=One-Click",
                headers: [("Content-Type", "application/x-www-form-urlencoded")]
            )
            #expect(left.status == 200)
        }

        private func recover(_ up: UpProcess, _ tenant: Tenant, _ mails: [CapturedMail]) async throws {
            try await eventually("the API answers again") {
                let answer = try await up.http("GET", Self.statusPath(mails[1]), headers: [("Authorization", "Bearer \(tenant.apiKey)")])
                return answer.status == 200
            }
            try await eventually("what was spooled is counted", within: .seconds(60)) {
                let numbers = try? await tenant.campaign("outage").statistics
                return numbers?.openCount == 3 && numbers?.clickCount == 3 && numbers?.unsubscribeCount == 1
            }
            try await eventually("the unsubscribe took effect") {
                let status = try await up.api("GET", Self.statusPath(mails[0]), key: tenant.apiKey)
                return status.json["can_send_marketing"]?.boolValue == false
            }
            let numbers = try await tenant.campaign("outage").statistics
            #expect(numbers.uniqueOpenCount == 3)
            #expect(numbers.uniqueClickCount == 3)
        }

        private static let browser: [HTTPRequest.Header] = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")]

        private static func statusPath(_ mail: CapturedMail) -> String {
            "/api/contacts/status?email=\(mail.recipient)&audience=news&client=shop"
        }
    }
}
