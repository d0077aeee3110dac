extension MIMEMessage {
    /// Checks and writes every header above the content's own.
    ///
    /// Templates have been rendered by now, so this is the place to look.
    func writeHeaders(to output: inout [UInt8]) throws(MIMEMessageError) {
        if to.isEmpty { throw .noRecipient }
        if subject.utf8.contains(where: ASCII.isControl) { throw .controlCharacter(field: "Subject") }
        if subject.utf8.count > CustomHeader.maximumValueBytes { throw .headerTooLong(field: "Subject") }
        writeMailboxes("From", [from], to: &output)
        writeMailboxes("To", to, to: &output)
        writeMailboxes("Cc", cc, to: &output)
        writeMailboxes("Reply-To", replyTo, to: &output)
        writeText("Subject", subject, to: &output)
        writeLine("Date", MailDate.format(date), to: &output)
        writeLine("Message-ID", messageID.headerForm, to: &output)
        writeLine("MIME-Version", "1.0", to: &output)
        writeList(to: &output)
        if kind == .campaign {
            writeLine("Precedence", "bulk", to: &output)
        } else {
            writeLine("Auto-Submitted", "auto-generated", to: &output)
        }
        writeLine("X-Auto-Response-Suppress", "OOF, AutoReply", to: &output)
        try writeCustomHeaders(to: &output)
    }

    private func writeList(to output: inout [UInt8]) {
        if let listUnsubscribe {
            var header = HeaderBuilder(name: "List-Unsubscribe")
            header.appendWord("<\(listUnsubscribe.url)>".utf8)
            if let mailto = listUnsubscribe.mailto {
                header.appendTight(",".utf8)
                header.appendWord("<mailto:\(mailto.mailtoForm)>".utf8)
            }
            header.finish(into: &output)
            writeLine("List-Unsubscribe-Post", "List-Unsubscribe=One-Click", to: &output)
        }
        if let listID {
            var header = HeaderBuilder(name: "List-Id")
            if let name = listID.name { header.appendPhrase(name) }
            header.appendWord("<\(listID.identifier)>".utf8)
            header.finish(into: &output)
        }
    }

    private func writeCustomHeaders(to output: inout [UInt8]) throws(MIMEMessageError) {
        var names: Set<String> = []
        for header in headers {
            guard names.insert(header.name.lowercased()).inserted else { throw .duplicateHeader(name: header.name) }
            let isASCII = header.value.utf8.allSatisfy { $0 < 0x80 }
            let words = header.value.utf8.split(separator: ASCII.space)
            if isASCII, words.contains(where: { $0.count > 990 - header.name.utf8.count }) { throw .headerTooLong(field: header.name) }
            // ASCII stays as it is even when words are long: what reads the header may not know encoded words.
            let singleSpaced = words.reduce(words.count - 1) { $0 + $1.count }
            if isASCII, singleSpaced == header.value.utf8.count {
                var line = HeaderBuilder(name: header.name)
                line.appendWords(of: header.value)
                line.finish(into: &output)
            } else {
                writeText(header.name, header.value, to: &output)
            }
        }
    }

    private func writeMailboxes(_ name: String, _ mailboxes: [Mailbox], to output: inout [UInt8]) {
        guard !mailboxes.isEmpty else { return }
        var header = HeaderBuilder(name: name)
        for (index, mailbox) in mailboxes.enumerated() {
            if index > 0 { header.appendTight(",".utf8) }
            header.appendMailbox(mailbox)
        }
        header.finish(into: &output)
    }

    private func writeText(_ name: String, _ text: String, to output: inout [UInt8]) {
        var header = HeaderBuilder(name: name)
        if EncodedWord.isPlainText(text) {
            header.appendWords(of: text)
        } else {
            header.appendEncoded(text, in: .text)
        }
        header.finish(into: &output)
    }

    private func writeLine(_ name: StaticString, _ value: String, to output: inout [UInt8]) {
        name.withUTF8Buffer { output.append(contentsOf: $0) }
        output.append(contentsOf: ": ".utf8)
        output.append(contentsOf: value.utf8)
        output.append(contentsOf: "\r\n".utf8)
    }
}

extension EmailAddress {
    /// The address inside a `mailto:` URI (RFC 6068): what is special in URIs is percent-encoded.
    var mailtoForm: String {
        var form: [UInt8] = []
        for byte in wireForm.utf8 {
            if ASCII.isAlphanumeric(byte) || "@.-_+~!$'*".utf8.contains(byte) {
                form.append(byte)
            } else {
                form += [UInt8(ascii: "%"), ASCII.hexadecimalDigit(byte >> 4), ASCII.hexadecimalDigit(byte & 15)]
            }
        }
        return String(decoding: form, as: UTF8.self)
    }
}
