/// How a submission ended.
package enum SMTPOutcome: Hashable, Sendable {
    /// The server took the message; the last line of its reply.
    case accepted(reply: String)
    /// The server said no.
    case refused(SMTPRefusal)
    /// The server cannot have the whole message.
    case notSent(reason: String)
    /// The whole message with its final dot was sent and no reply to it was read: the server may have taken it.
    case ambiguous(reason: String)
}

/// A negative reply.
package struct SMTPRefusal: Hashable, Sendable {
    /// What was refused, and so whom the refusal is about.
    package enum Stage: String, Sendable {
        /// Greeting, EHLO, STARTTLS or AUTH: nothing can be sent through this server now.
        case connection
        case sender
        case recipient
        /// DATA, or the message itself.
        case message
    }

    package var stage: Stage
    /// The reply code, 400 to 599.
    package var code: Int
    /// The last line of the reply, without the code.
    package var message: String

    /// Whether repeating it is useless (5xx) rather than worth a later attempt (4xx).
    package var isPermanent: Bool { code >= 500 }

    package init(stage: Stage, code: Int, message: String) {
        self.stage = stage
        self.code = code
        self.message = message
    }
}
