import Email
import Testing

@Suite("Mailboxes") struct MailboxTests {
    @Test(
        "names are read from words and quoted strings",
        arguments: [
            ("a@x.org", nil, "a@x.org"), ("<a@x.org>", nil, "a@x.org"), ("Ann Lee <a@x.org>", "Ann Lee", "Ann Lee <a@x.org>"),
            ("\"Lee, Ann\" <a@x.org>", "Lee, Ann", "\"Lee, Ann\" <a@x.org>"),
            ("\"a \\\"b\\\" \\\\c\"<a@x.org>", "a \"b\" \\c", "\"a \\\"b\\\" \\\\c\" <a@x.org>"),
            ("Jürgen <a@x.org>", "Jürgen", "=?UTF-8?Q?J=C3=BCrgen?= <a@x.org>"), ("J. Doe <a@x.org>", "J. Doe", "\"J. Doe\" <a@x.org>"),
            ("\"x <b@y.org>\" <a@x.org>", "x <b@y.org>", "\"x <b@y.org>\" <a@x.org>"),
            ("=?utf-8?q?x?= <a@x.org>", "=?utf-8?q?x?=", "=?UTF-8?B?PT91dGYtOD9xP3g/PQ==?= <a@x.org>"),
        ] as [(String, String?, String)]
    )
    func parsed(text: String, name: String?, header: String) throws {
        let mailbox = try Mailbox(parsing: text)
        #expect(mailbox.name == name)
        #expect(mailbox.address.normalized == "a@x.org")
        #expect(mailbox.headerForm == header)
    }

    @Test(
        "what is no single mailbox is refused with its reason",
        arguments: [
            ("Ann (work) <a@x.org>", MailboxError.comment), ("a@x.org (Ann)", .comment), ("<a@x.org> (Ann)", .comment),
            ("Ann <a@x.org", .unexpectedCharacter), ("\"Ann <a@x.org>", .address(.quotedLocalPart)),
            ("Ann\" <a@x.org>", .address(.whitespace)),
            ("Lee, Ann <a@x.org>", .unexpectedCharacter), ("<a@x.org>, <b@x.org>", .unexpectedCharacter),
            ("Ann\r\nBcc: b@x.org <a@x.org>", .controlCharacter), ("Ann <>", .address(.empty)), ("Team: a@x.org;", .address(.whitespace)),
        ] as [(String, MailboxError)]
    )
    func refused(text: String, error: MailboxError) {
        #expect(throws: error) { try Mailbox(parsing: text) }
    }

    @Test("a name with a control character or of excessive length is refused")
    func names() throws {
        let address = try EmailAddress("a@x.org")
        #expect(throws: MailboxError.controlCharacter) { try Mailbox(name: "a\nb", address: address) }
        #expect(throws: MailboxError.nameTooLong) { try Mailbox(name: String(repeating: "é", count: 161), address: address) }
    }
}
