import Email
import Testing

@Suite("Header injection is refused, never repaired") struct MIMEInjectionTests {
    static let controls = ["\r\nBcc: x@y.org", "\n", "\r", "\0", "\t", "\u{1B}", "\u{7F}"]

    @Test("in the subject", arguments: controls)
    func subject(control: String) throws {
        #expect(throws: MIMEMessageError.controlCharacter(field: "Subject")) { try message(subject: "a\(control)b").build() }
    }

    @Test("in names and addresses", arguments: controls)
    func mailboxes(control: String) throws {
        let address = try EmailAddress("a@x.org")
        #expect(throws: MailboxError.controlCharacter) { try Mailbox(name: "a\(control)b", address: address) }
        #expect(throws: (any Error).self) { try EmailAddress("a\(control)b@x.org") }
        #expect(throws: (any Error).self) { try EmailAddress("a@x\(control)b.org") }
        #expect(throws: (any Error).self) { try EmailAddress("a@é\(control)b.org") }
    }

    @Test("in custom headers, file names, content ids and types, list names and message ids", arguments: controls)
    func elsewhere(control: String) throws {
        #expect(throws: MIMEMessageError.controlCharacter(field: "X-A")) { try CustomHeader(name: "X-A", value: "a\(control)b") }
        #expect(throws: MIMEMessageError.invalidHeaderName(name: "X\(control)")) { try CustomHeader(name: "X\(control)", value: "a") }
        #expect(throws: MIMEMessageError.controlCharacter(field: "filename")) {
            try Attachment(filename: "a\(control)", contentType: "text/plain", bytes: [])
        }
        #expect(throws: MIMEMessageError.invalidContentType) { try Attachment(filename: "a", contentType: "text/p\(control)", bytes: []) }
        #expect(throws: MIMEMessageError.invalidContentID) {
            try Attachment(filename: "a", contentType: "text/plain", bytes: [], contentID: "a\(control)")
        }
        #expect(throws: MIMEMessageError.controlCharacter(field: "List-Id")) { try ListID(name: "a\(control)", identifier: "a.b") }
        #expect(throws: MIMEMessageError.invalidListID) { try ListID(identifier: "a.b\(control)") }
        #expect(throws: MIMEMessageError.invalidMessageID) { try MessageID(token: "a\(control)", domain: "x.org") }
        #expect(throws: MIMEMessageError.invalidMessageID) { try MessageID(token: "a", domain: "x.org\(control)") }
    }

    @Test(
        "names the builder or the provider owns are reserved in any case",
        arguments: [
            "From", "SENDER", "to", "Cc", "BCC", "reply-to", "Subject", "Date", "Message-ID", "mime-version", "Content-Type", "CONTENT-X",
            "List-Id",
            "List-Unsubscribe", "list-unsubscribe-post", "Precedence", "Auto-Submitted", "X-SES-CONFIGURATION-SET", "X-SES-Message-Tags",
            "Return-Path",
            "Received", "DKIM-Signature", "Feedback-ID",
        ]
    )
    func reserved(name: String) {
        #expect(throws: MIMEMessageError.reservedHeader(name: name)) { try CustomHeader(name: name, value: "x") }
    }

    @Test("names that are none, headers given twice and over-long values are refused")
    func otherFaults() throws {
        for name in ["", "X A", "X:A", "Xé", String(repeating: "x", count: 127)] {
            #expect(throws: MIMEMessageError.invalidHeaderName(name: name)) { try CustomHeader(name: name, value: "x") }
        }
        var mail = try message()
        mail.headers = [try CustomHeader(name: "X-A", value: "1"), try CustomHeader(name: "x-a", value: "2")]
        #expect(throws: MIMEMessageError.duplicateHeader(name: "x-a")) { try mail.build() }
        mail.headers = [try CustomHeader(name: "X-A", value: String(repeating: "x", count: 1000))]
        #expect(throws: MIMEMessageError.headerTooLong(field: "X-A")) { try mail.build() }
        #expect(throws: MIMEMessageError.headerTooLong(field: "X-A")) {
            try CustomHeader(name: "X-A", value: String(repeating: "x ", count: 3000))
        }
        #expect(throws: MIMEMessageError.headerTooLong(field: "Subject")) {
            try message(subject: String(repeating: "x", count: 5000)).build()
        }
        #expect(throws: MIMEMessageError.noRecipient) { try message(to: []).build() }
        #expect(throws: MIMEMessageError.noBody) { try message(text: nil).build() }
        mail = try message()
        mail.inlineImages = [try Attachment(filename: "a", contentType: "image/png", bytes: [], contentID: "a")]
        #expect(throws: MIMEMessageError.inlineImageWithoutHTML) { try mail.build() }
    }

    @Test("there is no Bcc header")
    func bcc() throws {
        #expect(!wireText(try message().build()).lowercased().contains("bcc"))
    }
}
