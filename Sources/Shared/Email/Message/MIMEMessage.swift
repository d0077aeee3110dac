/// A message to be built: what its headers say and what its parts are.
///
/// Bodies are UTF-8 with any line ends. Bcc recipients belong to the envelope and have no place here. Building the same message
/// again gives the same bytes.
package struct MIMEMessage: Sendable {
    /// What kind of machine mail it is, told to other machines (RFC 3834).
    package enum Kind: Sendable {
        /// `Precedence: bulk` and no automatic answers wanted.
        case campaign
        /// `Auto-Submitted: auto-generated` and no automatic answers wanted.
        case transactional
    }

    package var from: Mailbox
    package var to: [Mailbox]
    package var cc: [Mailbox] = []
    package var replyTo: [Mailbox] = []
    package var subject: String
    /// Seconds since 1970-01-01 UTC.
    package var date: Int64
    package var messageID: MessageID
    package var kind: Kind
    /// The plain text; made from the HTML when absent.
    package var text: [UInt8]?
    package var html: [UInt8]?
    /// Images that the HTML shows by `cid:`; each needs a content id.
    package var inlineImages: [Attachment] = []
    package var attachments: [Attachment] = []
    /// Texts beside the bodies.
    package var parts: [TextPart] = []
    package var listUnsubscribe: ListUnsubscribe?
    package var listID: ListID?
    package var headers: [CustomHeader] = []

    /// A message with one recipient or several; the other properties are set afterwards.
    package init(
        from: Mailbox,
        to: [Mailbox],
        subject: String,
        date: Int64,
        messageID: MessageID,
        kind: Kind,
        text: [UInt8]? = nil,
        html: [UInt8]? = nil
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.messageID = messageID
        self.kind = kind
        self.text = text
        self.html = html
    }

    /// A message whose bodies are strings.
    package init(
        from: Mailbox,
        to: [Mailbox],
        subject: String,
        date: Int64,
        messageID: MessageID,
        kind: Kind,
        text: String?,
        html: String?
    ) {
        self.init(
            from: from,
            to: to,
            subject: subject,
            date: date,
            messageID: messageID,
            kind: kind,
            text: text.map { Array($0.utf8) },
            html: html.map { Array($0.utf8) }
        )
    }

    /// The message as it goes over the wire: CRLF line ends, 7-bit bytes, no line over 998 bytes.
    package func build() throws(MIMEMessageError) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(4096 + (text?.count ?? 0) * 3 / 2 + (html?.count ?? 0) * 3 / 2 + fileBytes * 3 / 2)
        try writeHeaders(to: &output)
        try content().write(to: &output)
        return output
    }

    private var fileBytes: Int {
        attachments.reduce(0) { $0 + $1.bytes.count } + inlineImages.reduce(0) { $0 + $1.bytes.count }
    }
}
