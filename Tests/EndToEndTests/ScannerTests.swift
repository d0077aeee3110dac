import Contracts
import HTTPTransport
import JSON
import Testing

extension EndToEnd {
    @Suite("Scanner", .serialized) struct Scanner {
        @Test("A scanner that follows every link of a message by GET and HEAD unsubscribes nobody", .timeLimit(.minutes(15)))
        func scanner() async throws {
            try await withUpOnSharedServer { up, folder in
                let tenant = try await Tenant(up)
                try await tenant.importContacts(1)
                try await tenant.putCampaign("scanned")
                try await tenant.queue("scanned")
                try await tenant.wait("scanned", for: .sent)
                let mail = try #require(try await CapturedMail.readAll(up, folder).first)
                let pages = mail.links + [mail.unsubscribeLink]
                #expect(pages.contains { $0.contains("/unsubscribe/") })
                for link in pages {
                    for method in ["HEAD", "GET"] {
                        let answer = try await up.http(method, link, headers: [("User-Agent", "Mimecast URL scanner")])
                        #expect([200, 302].contains(answer.status), "\(method) \(link): \(answer.status)")
                        if method == "HEAD" { #expect(answer.body.isEmpty) }
                    }
                }
                try await expectChangedLinksLeadNowhere(mail, up)
                try await eventually("the scan is counted", within: .seconds(10)) {
                    try await tenant.campaign("scanned").statistics.clickCount > 0
                }
                let path = "/api/contacts/status?email=r1@example.com&audience=news&client=shop"
                let status = try await up.api("GET", path, key: tenant.apiKey)
                #expect(status.json["can_send_marketing"]?.boolValue == true)
                #expect(status.json["client"]?["status"]?.stringValue == "subscribed")
                let numbers = try await tenant.campaign("scanned").statistics
                #expect(numbers.unsubscribeCount == 0)
                #expect(numbers.humanClickCount == 0)
                #expect(numbers.humanOpenCount == 0)
                try await up.expectVerified(folder)
            }
        }

        /// I8: a link leads where the author pointed it, or nowhere; a pixel tells nobody whether its token is good.
        private func expectChangedLinksLeadNowhere(_ mail: CapturedMail, _ up: UpProcess) async throws {
            let elsewhere = mail.clickLinks[0].replacing("acme.example", with: "evil.example")
            let changed = try await up.http("GET", elsewhere)
            #expect(changed.status == 404)
            #expect(changed.header("Location") == nil)
            #expect(try await up.http("POST", "/unsubscribe/AAAA", body: "List-Unsubscribe=One-Click").status == 404)
            let good = try await up.http("GET", mail.pixel)
            let bad = try await up.http("GET", "/t/o/AAAA.gif")
            #expect(bad.status == 200)
            #expect(bad.body == good.body)
        }
    }
}
