import TestSupport

/// A small SMTP server's side of a connection, with a chosen reply or none to each step.
struct SMTPDialogue: Sendable {
    /// Nil closes the connection instead of replying.
    var greeting: String? = "220 test ESMTP"
    var capabilities = ["test", "8BITMIME", "AUTH PLAIN"]
    var authentication: String? = "235 ok"
    var mail: String? = "250 ok"
    var recipient: String? = "250 ok"
    var data: String? = "354 go on"
    var final: String? = "250 2.0.0 queued as 42"
    /// Called when a whole message has been read, before the reply.
    var received: @Sendable () -> Void = {}

    /// Serves up to `limit` messages; each whole message is recorded with the server, dots unescaped.
    func serve(_ server: ScriptedServer, _ connection: ScriptedConnection) {
        guard reply(greeting, connection) else { return }
        while let line = connection.readLine() {
            let isOpen =
                switch line.prefix(4).uppercased() {
                case "EHLO": reply(capabilityLines, connection)
                case "AUTH": reply("334 ", connection) && connection.readLine() != nil && reply(authentication, connection)
                case "MAIL": reply(mail, connection)
                case "RCPT": reply(recipient, connection)
                case "DATA": reply(data, connection) && takeMessage(server, connection) && reply(final, connection)
                case "QUIT": reply("221 bye", connection) && false
                default: reply("500 what?", connection)
                }
            guard isOpen else { return }
        }
    }

    private var capabilityLines: String {
        capabilities.enumerated().map { "250\($0.offset == capabilities.count - 1 ? " " : "-")\($0.element)" }.joined(separator: "\r\n")
    }

    private func reply(_ text: String?, _ connection: ScriptedConnection) -> Bool {
        guard let text else { return false }
        connection.write(text + "\r\n")
        return true
    }

    private func takeMessage(_ server: ScriptedServer, _ connection: ScriptedConnection) -> Bool {
        var message = ""
        while let line = connection.readLine() {
            if line == "." {
                server.record(Array(message.utf8))
                received()
                return true
            }
            message += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
        }
        return false
    }
}
