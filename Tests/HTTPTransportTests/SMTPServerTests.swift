import HTTPTransport
import Testing

@Suite struct SMTPServerTests {
    @Test("a relay's URL gives host, port, login and encryption")
    func url() throws {
        let full = try #require(SMTPServer(url: "smtp://us%40er:p%3Aw@relay.example.org:587"))
        #expect(full.host == "relay.example.org" && full.port == 587 && full.user == "us@er" && full.password == "p:w")
        #expect(full.security == .required)
        #expect(SMTPServer(url: "smtps://relay.example.org")?.security == .implicit)
        #expect(SMTPServer(url: "smtp://127.0.0.1:25/")?.security == .optional)
        #expect(SMTPServer(url: "smtp://u:p@127.0.0.1:25?starttls=none")?.security == SMTPServer.Security.none)
    }

    @Test(
        "another URL is refused",
        arguments: [
            "", "relay", "http://relay", "smtp://", "smtp://relay:0", "smtp://relay:99999", "smtp://relay/x", "smtp://relay?starttls=maybe",
        ]
    )
    func refused(url: String) {
        #expect(SMTPServer(url: url) == nil)
    }

    @Test(
        "addresses and messages that could smuggle commands are refused",
        arguments: [
            ("a@b\r\nRCPT TO:<c@d>", "b@c", "x\r\n"), ("a@b", "b@c> SIZE=1", "x\r\n"), ("a@b", "", "x\r\n"), ("a@b", "b@c", "x\n.\r\n"),
            ("a@b", "b@c", "x\r.\r\n"), ("a@b", "b@c", "x\r"), ("a@b", "b@c\0", "x\r\n"),
        ]
    )
    func faults(sender: String, recipient: String, message: String) async {
        let transport = SMTPTransport(SMTPServer(host: "127.0.0.1", port: 1, security: .none))
        let outcome = await transport.send(SMTPSubmission(sender: sender, recipient: recipient, message: Array(message.utf8)))
        guard case .notSent(let reason) = outcome else {
            Issue.record("not refused")
            return
        }
        #expect(reason.contains("not an address") || reason.contains("line end"))
    }
}
