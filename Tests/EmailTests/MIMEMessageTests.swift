import Email
import Testing

/// A message with defaults for whatever a test does not care about.
func message(
    from: String = "News <news@example.com>",
    to: [String] = ["ann@example.org"],
    subject: String = "Hello",
    kind: MIMEMessage.Kind = .campaign,
    text: String? = "Hello\n",
    html: String? = nil,
    id: UInt64 = 7
) throws -> MIMEMessage {
    MIMEMessage(
        from: try Mailbox(parsing: from),
        to: try to.map { try Mailbox(parsing: $0) },
        subject: subject,
        date: 1_795_457_528,
        messageID: try MessageID(id, 9, domain: "mail.example.com"),
        kind: kind,
        text: text,
        html: html
    )
}

/// What every message on the wire has to hold: CRLF only, 7-bit, no NUL, no line over 998 bytes, headers of at most 78 where foldable.
func wireFaults(_ bytes: [UInt8]) -> [String] {
    var faults: [String] = []
    for (index, byte) in bytes.enumerated() {
        if byte == 13, index + 1 == bytes.count || bytes[index + 1] != 10 { faults.append("bare CR at \(index)") }
        if byte == 10, index == 0 || bytes[index - 1] != 13 { faults.append("bare LF at \(index)") }
        if byte >= 0x80 || byte == 0 { faults.append("byte \(byte) at \(index)") }
    }
    if bytes.suffix(2) != [13, 10] { faults.append("no line end at the end") }
    for line in bytes.split(separator: 10) where line.count > 999 { faults.append("line of \(line.count) bytes") }
    return faults
}

func wireText(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite("MIME messages") struct MIMEMessageTests {
    @Test("a text message is written byte for byte like this")
    func golden() throws {
        var mail = try message(subject: "Grüße", kind: .campaign)
        mail.listUnsubscribe = try ListUnsubscribe(url: "https://x.org/u/t", mailto: try EmailAddress("u+a&b@x.org"))
        mail.listID = try ListID(name: "Weekly News", identifier: "weekly.list.x.org")
        mail.headers = [try CustomHeader(name: "X-Campaign", value: "c1")]
        let expected = """
            From: News <news@example.com>
            To: ann@example.org
            Subject: =?UTF-8?B?R3LDvMOfZQ==?=
            Date: Mon, 23 Nov 2026 18:12:08 +0000
            Message-ID: <00000000000000070000000000000009@mail.example.com>
            MIME-Version: 1.0
            List-Unsubscribe: <https://x.org/u/t>, <mailto:u+a%26b@x.org>
            List-Unsubscribe-Post: List-Unsubscribe=One-Click
            List-Id: Weekly News <weekly.list.x.org>
            Precedence: bulk
            X-Auto-Response-Suppress: OOF, AutoReply
            X-Campaign: c1
            Content-Type: text/plain; charset=UTF-8
            Content-Transfer-Encoding: 7bit

            Hello

            """
        #expect(wireText(try mail.build()) == expected.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"))
    }

    @Test("one-click headers come together or not at all")
    func oneClick() async throws {
        var mail = try message()
        #expect(!wireText(try mail.build()).contains("List-Unsubscribe"))
        mail.listUnsubscribe = try ListUnsubscribe(url: "https://x.org/u")
        let read = try #require(try await PythonMail.read([mail.build()]).first)
        #expect(read.values("List-Unsubscribe") == ["<https://x.org/u>"])
        #expect(read.values("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"])
        for url in ["http://x.org/u", "https://x.org/a b", "https://x.org/>\r\nX: y", "https://", "mailto:a@x.org"] {
            #expect(throws: MIMEMessageError.invalidURL(field: "List-Unsubscribe")) { try ListUnsubscribe(url: url) }
        }
        #expect(throws: Never.self) { try ListUnsubscribe(url: "http://127.0.0.1/u", allowsPlainHTTP: true) }
    }

    @Test("machine mail says so")
    func kinds() throws {
        let campaign = wireText(try message(kind: .campaign).build())
        let transactional = wireText(try message(kind: .transactional).build())
        #expect(campaign.contains("\r\nPrecedence: bulk\r\n") && !campaign.contains("Auto-Submitted"))
        #expect(transactional.contains("\r\nAuto-Submitted: auto-generated\r\n") && !transactional.contains("Precedence"))
    }

    @Test("structure is mixed, alternative, related, and levels with one part are left out")
    func structure() async throws {
        let image = try Attachment(filename: "i.png", contentType: "image/png", bytes: [1, 2, 3], contentID: "i@x")
        let file = try Attachment(filename: "f.pdf", contentType: "application/pdf", bytes: Array(0...255))
        var mails = [try message(html: "<p>Hi</p>")]
        mails.append(mails[0])
        mails[1].inlineImages = [image]
        mails.append(mails[1])
        mails[2].attachments = [file, file]
        mails.append(try message())
        mails[3].attachments = [file]
        let read = try await PythonMail.read(mails.map { try $0.build() })
        #expect(read.map(\.defects) == [[], [], [], []])
        #expect(shape(read[0].root) == "multipart/alternative(text/plain,text/html)")
        #expect(shape(read[1].root) == "multipart/alternative(text/plain,multipart/related(text/html,image/png))")
        #expect(
            shape(read[2].root)
                == "multipart/mixed(multipart/alternative(text/plain,multipart/related(text/html,image/png)),application/pdf,application/pdf)"
        )
        #expect(shape(read[3].root) == "multipart/mixed(text/plain,application/pdf)")
        #expect(read[3].root.parts?[1].bytes == Array(0...255))
        #expect(read[2].root.parts?[0].parts?[1].parts?[1].contentID == "<i@x>")
        for mail in mails { #expect(wireFaults(try mail.build()) == []) }
    }

    private func shape(_ part: ReadMessage.Part) -> String {
        part.type + (part.parts.map { "(" + $0.map(shape).joined(separator: ",") + ")" } ?? "")
    }

    @Test("plain text is made from the HTML when there is none")
    func generatedText() async throws {
        let read = try #require(try await PythonMail.read([message(text: nil, html: "<p>Hi <a href='https://x.org'>you</a></p>").build()]).first)
        #expect(read.root.parts?[0].text == "Hi you (https://x.org)\r\n")
    }

    @Test("file names of every script are read back, paths are cut off")
    func filenames() async throws {
        let names = [
            "a.pdf", "Über uns.pdf", "日本語の長い長い長い長い名前.pdf", "q\"uo\\te.txt", "50% off.txt", "a;b=c.txt",
            String(repeating: "n", count: 200) + ".txt", "= ?=.txt",
        ]
        var mail = try message()
        mail.attachments = try names.map { try Attachment(filename: $0, contentType: "text/plain", bytes: [65]) }
        mail.attachments.append(try Attachment(filename: "../../etc/x.txt", contentType: "text/plain", bytes: []))
        let read = try #require(try await PythonMail.read([mail.build()]).first)
        let expected = names.map { $0.split(separator: "\\").last.map(String.init) ?? "" } + ["x.txt"]
        #expect(read.root.parts?.dropFirst().map(\.filename) == expected)
        #expect(wireFaults(try mail.build()) == [])
    }

    @Test("building again gives the same bytes and another identity other boundaries")
    func deterministic() throws {
        let mail = try message(html: "x")
        #expect(try mail.build() == mail.build())
        let other = wireText(try message(html: "x", id: 8).build())
        let boundary = try #require(wireText(try mail.build()).split(separator: "boundary=\"").dropFirst().first?.prefix { $0 != "\"" })
        #expect(boundary.count >= 36 && boundary.count <= 70)
        #expect(!other.contains(boundary))
    }

    @Test("a part that holds the boundary does not end there")
    func boundaryInPart() async throws {
        let boundary = try #require(
            wireText(try message(html: "x").build()).split(separator: "boundary=\"").dropFirst().first?.prefix { $0 != "\"" }
        )
        let evil = "a\n--\(boundary)--\nb\n"
        let read = try #require(try await PythonMail.read([message(text: evil, html: evil).build()]).first)
        #expect(read.root.parts?.map(\.text) == [evil, evil].map { $0.replacing("\n", with: "\r\n") })
    }
}
