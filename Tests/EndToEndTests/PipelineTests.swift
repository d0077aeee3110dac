import Foundation
import HTTPTransport
import JSON
import Testing

extension EndToEnd {
    @Suite("Pipeline", .serialized) struct Pipeline {
        /// Three good rows, one of them quoted across lines, and five that are refused, each for its own reason.
        static let csv = """
            email,status,verified,tags,first_name
            ada@example.com,subscribed,true,beta;news,Ada
            not an address,subscribed,true,,Nobody
            grace@example.com,subscribed,true,news,"Grace
            Hopper"
            short@example.com,subscribed
            linus@example.com,subscribed,true,news,Linus <b>
            wrong@example.com,perhaps,true,,Wrong

            """

        static let html = """
            <html><body><p>Dear {{ contact.attributes.first_name }},</p>
            <p><a href="https://acme.example/offer?a=1&amp;b=2">offer</a> <a href="https://acme.example/other" data-no-track>plain</a></p>
            <p><a href="{{ unsubscribe_url }}">leave</a></p></body></html>
            """

        @Test(
            "From a CSV with bad rows to a personalised campaign, its opens, clicks and an unsubscribe that counts",
            .timeLimit(.minutes(4))
        )
        func all() async throws {
            try await withUp { up, folder in
                let key = try await provision(up, folder)
                try await importContacts(up, folder)
                try await refuseBrokenTemplate(up, folder)
                try await send(up, folder)
                try await preview(up, key)
                let mails = try await CapturedMail.readAll(up, folder)
                try expectContent(mails, up)
                try await follow(mails, up, folder)
                try await leave(mails, up, folder, key)
                try await up.expectVerified(folder)
            }
        }

        private func provision(_ up: UpProcess, _ folder: TemporaryFolder) async throws -> String {
            let words = ["provision", "--organization", "acme", "--audience", "news", "--client", "shop"]
            let sender = ["--sender", "team=Acme Team <team@acme.example>", "--key-name", "test"]
            let first = try await up.json(words + sender, folder)
            let again = try await up.json(words + sender, folder)
            #expect(again["api_key"]?.stringValue == nil, "a key is shown once")
            let key = try #require(first["api_key"]?.stringValue)
            #expect(key.wholeMatch(of: /dm_[a-z0-9]{12}_[A-Za-z0-9_-]+/) != nil)
            return key
        }

        private func importContacts(_ up: UpProcess, _ folder: TemporaryFolder) async throws {
            let file = try folder.write("contacts.csv", Self.csv.utf8)
            let words = ["contacts", "import", file, "--audience", "news", "--client", "shop"]
            let first = try await up.json(words, folder)
            #expect(first["counts"]?["created"]?.int64Value == 3)
            #expect(first["counts"]?["invalid"]?.int64Value == 3)
            let lines = (first["faults"]?.arrayValue ?? []).compactMap { $0["line"]?.int64Value }
            #expect(lines == [3, 6, 8], "\(first.text)")
            let again = try await up.json(words, folder)
            #expect(again["counts"]?["created"]?.int64Value == 3 || again["counts"]?["unchanged"]?.int64Value == 3, "\(again.text)")
        }

        private func refuseBrokenTemplate(_ up: UpProcess, _ folder: TemporaryFolder) async throws {
            let file = try folder.write("broken.html", "<p>fine</p>\n<p>{% if contact.email %}</p>".utf8)
            let words = ["campaign", "create", "broken", "--client", "shop", "--audience", "news", "--subject", "x", "--html", file]
            let refused = try await up.command(words, folder)
            #expect(refused.code == 1)
            #expect(refused.errors.contains("line 2"), "\(refused.errors)")
            #expect(try await up.command(["campaign", "status", "broken", "--client", "shop"], folder).code == 1)
        }

        private func send(_ up: UpProcess, _ folder: TemporaryFolder) async throws {
            let file = try folder.write("news.html", Self.html.utf8)
            let address = ["first", "--client", "shop"]
            let content = ["--audience", "news", "--subject", "Hello {{ contact.attributes.first_name }}", "--html", file]
            _ = try await up.json(["campaign", "create"] + address + content, folder)
            _ = try await up.json(["campaign", "queue"] + address, folder)
            let end = try await up.json(["campaign", "watch"] + address, folder)
            #expect(end["campaign"]?["status"]?.stringValue == "sent")
            #expect(try await statistic("sent_count", up, folder) == 3)
        }

        private func preview(_ up: UpProcess, _ key: String) async throws {
            let answer = try await up.api("POST", "/api/campaigns/first/preview", key: key, ["audience": "news", "client": "shop"])
            #expect(answer.status == 200)
            let html = answer.json["preview"]?["html_body"]?.stringValue ?? ""
            #expect(html.contains("\(up.url)/t/c/"), "\(answer.json.text)")
            #expect(html.contains("https://acme.example/other\" data-no-track"))
        }

        private func expectContent(_ mails: [CapturedMail], _ up: UpProcess) throws {
            #expect(Set(mails.map(\.recipient)) == ["ada@example.com", "grace@example.com", "linus@example.com"])
            #expect(mails.count == 3)
            for mail in mails {
                #expect(mail.defects.isEmpty)
                #expect(mail.header("From") == "Acme Team <team@acme.example>")
                #expect(mail.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click")
                #expect(mail.unsubscribeLink.hasPrefix("\(up.url)/unsubscribe/"))
                #expect(mail.pixel.hasPrefix("\(up.url)/t/o/"))
                #expect(mail.clickLinks.count == 1)
                #expect(mail.links.contains("https://acme.example/other"))
                #expect(!mail.text.isEmpty)
            }
            #expect(Set(mails.flatMap(\.links).filter { $0.contains("/t/") }).count == 6, "links are nobody else's")
            let linus = try #require(mails.first { $0.recipient == "linus@example.com" })
            #expect(linus.header("Subject") == "Hello Linus <b>")
            #expect(linus.html.contains("Dear Linus &lt;b&gt;,"))
        }

        private func follow(_ mails: [CapturedMail], _ up: UpProcess, _ folder: TemporaryFolder) async throws {
            let browser: [HTTPRequest.Header] = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")]
            let pixel = try await up.http("GET", mails[0].pixel, headers: browser)
            #expect(pixel.status == 200)
            #expect(pixel.header("Content-Type") == "image/gif")
            #expect(try await up.http("GET", mails[0].pixel, headers: browser).status == 200)
            let click = try await up.http("GET", mails[1].clickLinks[0], headers: browser)
            #expect(click.status == 302)
            #expect(click.header("Location") == "https://acme.example/offer?a=1&b=2")
            try await eventually("the counters follow", within: .seconds(5)) {
                let counts = (try await statistic("open_count", up, folder), try await statistic("click_count", up, folder))
                return counts == (2, 1)
            }
            #expect(try await statistic("unique_open_count", up, folder) == 1)
            #expect(try await statistic("human_click_count", up, folder) == 1)
        }

        private func leave(_ mails: [CapturedMail], _ up: UpProcess, _ folder: TemporaryFolder, _ key: String) async throws {
            let mail = try #require(mails.first { $0.recipient == "ada@example.com" })
            let path = "/api/contacts/status?email=ada@example.com&audience=news&client=shop"
            #expect(try await up.api("GET", path, key: key).json["can_send_marketing"]?.boolValue == true)
            let answer = try await up.http(
                "POST",
                mail.unsubscribeLink,
                body: "List-Unsubscribe=One-Click",
                headers: [("Content-Type", "application/x-www-form-urlencoded")]
            )
            #expect(answer.status == 200)
            let status = try await eventually("the status follows", within: .seconds(5)) { () -> JSONValue? in
                let status = try await up.api("GET", path, key: key).json
                return status["can_send_marketing"]?.boolValue == false ? status : nil
            }
            #expect(status["client"]?["status"]?.stringValue == "unsubscribed")
            try await eventually("the counter follows", within: .seconds(5)) {
                try await statistic("unsubscribe_count", up, folder) == 1
            }
        }

        private func statistic(_ name: String, _ up: UpProcess, _ folder: TemporaryFolder) async throws -> Int64? {
            let answer = try await up.json(["campaign", "status", "first", "--client", "shop"], folder)
            return answer["campaign"]?[name]?.int64Value
        }
    }
}
