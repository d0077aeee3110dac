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
            <p><a href="{{ unsubscribe_url }}">leave</a> <a href="{{ preferences_url }}">choose</a> <a href="{{ view_url }}">view</a></p></body></html>
            """

        @Test(
            "From a CSV with bad rows to a personalised campaign, its opens, clicks and an unsubscribe that counts",
            .timeLimit(.minutes(15))
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
            try await importAgain(words, up, folder)
        }

        /// The same file has nothing to do, and says so; applied anew it changes nothing.
        private func importAgain(_ words: [String], _ up: UpProcess, _ folder: TemporaryFolder) async throws {
            let told = try await up.json(words, folder)
            #expect(told["earlier"]?["counts"]?.numbers == ["total": 6, "created": 3, "updated": 0, "unchanged": 0, "skipped": 0, "invalid": 3])
            #expect(told["earlier"]?["finished_at"]?.stringValue?.hasSuffix("Z") == true)
            #expect(told["counts"]?.numbers == ["total": 0, "created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "invalid": 0])
            #expect((told["faults"]?.arrayValue ?? []).compactMap { $0["line"]?.int64Value } == [3, 6, 8])
            let refused = folder.path + "/refused.csv"
            let anew = try await up.json(words + ["--again", "--faults", refused], folder)
            #expect(anew["earlier"] == nil)
            #expect(anew["counts"]?.numbers == ["total": 6, "created": 0, "updated": 0, "unchanged": 3, "skipped": 0, "invalid": 3])
            let rows = String(decoding: FileManager.default.contents(atPath: refused) ?? Data(), as: UTF8.self).split(separator: "\r\n")
            #expect(
                rows == [
                    "line,email,field,reason,details", "3,not an address,email,invalid,the address has white space inside",
                    "6,,row,wrong_field_count,\"5 fields expected, 2 found\"",
                    "8,wrong@example.com,status,invalid,neither pending nor subscribed nor unsubscribed",
                ]
            )
            let text = try await up.command(words + ["--show-faults", "1"], folder)
            #expect(text.code == 0 && text.output.contains("this very file was imported before, at "))
            let listed = "  line 3: email: invalid (the address has white space inside)\n  … 2 more (--show-faults N, or --faults FILE for all)"
            #expect(text.output.contains(listed))
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
            let link = try #require(html.firstMatch(of: /href="([^"]*\/v\/[^"]*)"/)?.output.1)
            let view = try await up.http("GET", String(link))
            #expect(view.status == 200 && String(decoding: view.body, as: UTF8.self).contains(">offer</a>"))
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
            try await comeBack(mail, up)
            try await eventually("the counter follows", within: .seconds(5)) {
                try await statistic("unsubscribe_count", up, folder) == 1
            }
            // The news of the unsubscription has come through all services by now, and is older than the wish.
            try await up.expectVerified(folder)
            #expect(try await up.api("GET", path, key: key).json["can_send_marketing"]?.boolValue == true)
        }

        private func comeBack(_ mail: CapturedMail, _ up: UpProcess) async throws {
            let page = try #require(mail.links.first { $0.contains("/preferences/") })
            let shown = try await up.http("GET", page)
            #expect(shown.status == 200 && String(decoding: shown.body, as: UTF8.self).contains("because you unsubscribed"))
            let back = try await up.http("POST", page, body: "change=resubscribe&scope=client")
            #expect(back.status == 200 && String(decoding: back.body, as: UTF8.self).contains("You get mail from shop."))
            let view = try await up.http("GET", try #require(mail.links.first { $0.contains("/v/") }))
            #expect(view.status == 200 && String(decoding: view.body, as: UTF8.self).contains("Dear Ada,"))
        }

        private func statistic(_ name: String, _ up: UpProcess, _ folder: TemporaryFolder) async throws -> Int64? {
            let answer = try await up.json(["campaign", "status", "first", "--client", "shop"], folder)
            return answer["campaign"]?[name]?.int64Value
        }
    }
}
