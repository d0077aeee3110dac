/// One message for one recipient or several, to be handed over at most once.
package struct SMTPSubmission: Sendable {
    /// The envelope sender; empty is the null sender `<>`.
    package var sender: String
    package var recipient: String
    /// Recipients besides; when the server refuses one of them, nobody gets the message.
    package var copies: [String] = []
    /// The whole message with CRLF line ends; leading dots are escaped on the way.
    package var message: [UInt8]
    /// For the whole submission, not counting the time in line.
    package var timeout: Duration

    package init(sender: String, recipient: String, message: [UInt8], timeout: Duration = .seconds(60)) {
        self.sender = sender
        self.recipient = recipient
        self.message = message
        self.timeout = timeout
    }

    /// What is wrong with the submission, in words; nil when it can be sent.
    var fault: String? {
        let isAddress: (String) -> Bool = { $0.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != 0x3C && $0 != 0x3E } }
        guard isAddress(sender) else { return "the sender is not an address" }
        guard ([recipient] + copies).allSatisfy({ !$0.isEmpty && isAddress($0) }) else { return "the recipient is not an address" }
        // A line end of another kind could end the message early for a lenient server.
        var previous: UInt8 = 0
        for byte in message {
            guard (previous == 0x0D) == (byte == 0x0A) else { return "the message has a line end that is not CRLF" }
            previous = byte
        }
        return previous == 0x0D ? "the message has a line end that is not CRLF" : nil
    }
}
