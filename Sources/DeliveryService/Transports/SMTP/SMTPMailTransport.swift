import HTTPTransport

/// Any relay by SMTP.
struct SMTPMailTransport: MailTransport {
    static let connections = 16
    /// Besides, for transactional mail alone: a campaign that fills all others never delays it.
    static let transactionalConnections = 8

    let account: String
    private let transport: SMTPTransport
    private let gate = SendGate(places: SMTPMailTransport.connections)
    private let transactionalGate = SendGate(places: SMTPMailTransport.transactionalConnections)

    init(server: SMTPServer) {
        account = "smtp:\(server.host):\(server.port ?? (server.security == .implicit ? 465 : 25))"
        transport = SMTPTransport(server, maximumConnections: Self.connections + Self.transactionalConnections)
    }

    func allowedRate() async -> ProviderRate { .unlimited }

    /// Waits for a free connection here and not in the transport's line, so that a message whose time is over is not sent.
    func send(_ message: OutgoingMessage) async -> SendResult {
        let gate = message.sendClass == .transactional ? transactionalGate : gate
        await gate.enter()
        defer { gate.leave() }
        guard message.isInTime else { return .tooLate }
        var submission = SMTPSubmission(
            sender: message.envelopeSender,
            recipient: message.recipient,
            message: message.bytes,
            timeout: .seconds(30)
        )
        submission.copies = message.cc + message.bcc
        return Self.result(await transport.send(submission))
    }

    static func result(_ outcome: SMTPOutcome) -> SendResult {
        switch outcome {
        case .accepted(let reply): .accepted(messageID: queueID(reply))
        case .refused(let refusal): result(refusal)
        // Addresses and line ends were checked when the message was built: what is left is a relay that cannot be reached.
        case .notSent(let reason): .notSent(reason: "SMTP: \(reason)", hold: .account(seconds: 15))
        case .ambiguous(let reason): .unknown(reason: "SMTP: \(reason)")
        }
    }

    private static func result(_ refusal: SMTPRefusal) -> SendResult {
        let reason = "SMTP \(refusal.stage.rawValue) \(refusal.code): \(refusal.message)"
        let text = refusal.message.lowercased()
        if !refusal.isPermanent, text.contains("sending rate") || text.contains("throttl") {
            return .notSent(reason: reason, hold: .throttle)
        }
        if text.contains("quota exceeded"), text.contains("daily") { return .notSent(reason: reason, hold: .account(seconds: 600)) }
        if refusal.stage == .connection, refusal.isPermanent { return .notSent(reason: reason, hold: .suspended(seconds: 60)) }
        if refusal.stage == .connection || refusal.code == 421 { return .notSent(reason: reason, hold: .account(seconds: 30)) }
        return refusal.isPermanent ? .refused(reason: reason) : .notSent(reason: reason, hold: .message(seconds: 30))
    }

    /// The relay's own name for the message: `… queued as X`, `… id=X`, or the one word after `Ok`; empty when the reply has none.
    static func queueID(_ reply: String) -> String {
        let words = reply.split(whereSeparator: \.isWhitespace).map(String.init)
        if let position = words.lastIndex(where: { $0.lowercased() == "as" }), position > 0, position + 1 < words.count,
            words[position - 1].lowercased() == "queued"
        {
            return words[position + 1]
        }
        if let word = words.first(where: { $0.lowercased().hasPrefix("id=") }) { return String(word.dropFirst(3)) }
        guard let position = words.firstIndex(where: { $0.lowercased() == "ok" }), position + 2 == words.count else { return "" }
        return words[position + 1]
    }
}
