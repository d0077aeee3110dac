import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SMTPTransportTests {
    static let message = "Subject: x\r\n\r\n.\r\n..dots\r\n.lead\r\nend\r\n"

    private func server(_ dialogue: SMTPDialogue) throws -> ScriptedServer {
        try ScriptedServer { server, connection, _ in dialogue.serve(server, connection) }
    }

    private func transport(_ server: ScriptedServer, user: String? = nil, security: SMTPServer.Security = .none) -> SMTPTransport {
        let password = user.map { _ in "secret" }
        return SMTPTransport(
            SMTPServer(host: "127.0.0.1", port: Int(server.port), security: security, user: user, password: password)
        )
    }

    private func submission(_ message: String = Self.message, timeout: Duration = .seconds(30)) -> SMTPSubmission {
        SMTPSubmission(sender: "a@example.org", recipient: "b@example.org", message: Array(message.utf8), timeout: timeout)
    }

    @Test("a message arrives byte for byte and the reply comes back")
    func accepted() async throws {
        let server = try server(SMTPDialogue())
        let outcome = await transport(server).send(submission())
        #expect(outcome == .accepted(reply: "250 2.0.0 queued as 42"))
        #expect(server.bodies == [Array(Self.message.utf8)])
    }

    @Test("a connection is kept, and a login is made once")
    func kept() async throws {
        let server = try server(SMTPDialogue())
        let transport = transport(server, user: "user")
        for _ in 0..<3 { #expect(await transport.send(submission()) == .accepted(reply: "250 2.0.0 queued as 42")) }
        #expect(server.connectionCount == 1)
        #expect(server.bodies.count == 3)
    }

    @Test("many at once are all accepted over no more connections than allowed")
    func many() async throws {
        let server = try server(SMTPDialogue())
        let transport = SMTPTransport(
            SMTPServer(host: "127.0.0.1", port: Int(server.port), security: .none),
            maximumConnections: 3
        )
        let outcomes = await withTaskGroup(of: SMTPOutcome.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let message = Array("Subject: \(number)\r\n\r\nx\r\n".utf8)
                    let submission = SMTPSubmission(sender: "a@example.org", recipient: "b@example.org", message: message)
                    return await transport.send(submission)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 != .accepted(reply: "250 2.0.0 queued as 42") } == [])
        #expect(server.connectionCount <= 3)
        #expect(Set(server.bodies).count == 60)
    }

    @Test("each refusal says what was refused, with its code")
    func refusals() async throws {
        let cases: [(WritableKeyPath<SMTPDialogue, String?>, String, SMTPRefusal.Stage, Int)] = [
            (\.greeting, "554 no", .connection, 554), (\.authentication, "535 no", .connection, 535), (\.mail, "451 no", .sender, 451),
            (\.recipient, "550-5.1.1 first\r\n550 no", .recipient, 550), (\.recipient, "450 no", .recipient, 450),
            (\.data, "554 no", .message, 554), (\.final, "552 no", .message, 552), (\.final, "421 no", .message, 421),
        ]
        for (step, reply, stage, code) in cases {
            var dialogue = SMTPDialogue()
            dialogue[keyPath: step] = reply
            let server = try server(dialogue)
            let refusal = SMTPRefusal(stage: stage, code: code, message: "no")
            #expect(await transport(server, user: "user").send(submission()) == .refused(refusal), "\(reply)")
            #expect(refusal.isPermanent == (code >= 500))
        }
    }

    @Test("a connection lost after the final dot is ambiguous, and the message went out once", arguments: [false, true])
    func lostAfterDot(isReused: Bool) async throws {
        let server = try ScriptedServer { server, connection, number in
            guard isReused else {
                var first = SMTPDialogue()
                first.final = nil
                return first.serve(server, connection)
            }
            // The second message of a kept connection gets no reply.
            var isSecond = false
            connection.write("220 test\r\n")
            while let line = connection.readLine() {
                switch line.prefix(4) {
                case "DATA":
                    connection.write("354 go on\r\n")
                    while let line = connection.readLine(), line != "." {}
                    server.record([UInt8(number)])
                    if isSecond { return }
                    isSecond = true
                    connection.write("250 ok\r\n")
                default: connection.write("250 ok\r\n")
                }
            }
        }
        let transport = transport(server)
        if isReused { #expect(await transport.send(submission()) == .accepted(reply: "250 ok")) }
        guard case .ambiguous = await transport.send(submission()) else {
            Issue.record("not ambiguous")
            return
        }
        #expect(server.bodies.count == (isReused ? 2 : 1))
        #expect(server.connectionCount == 1)
    }

    @Test("a kept connection that died in between is not sent")
    func lostWhileKept() async throws {
        let server = try ScriptedServer { server, connection, number in
            var dialogue = SMTPDialogue()
            guard number == 0 else { return dialogue.serve(server, connection) }
            dialogue.final = "250 ok"
            connection.write("220 test\r\n")
            var mails = 0
            while let line = connection.readLine() {
                if line.hasPrefix("MAIL") { mails += 1 }
                if mails == 2 { return }
                guard line == "DATA" else {
                    connection.write("250 ok\r\n")
                    continue
                }
                connection.write("354 go on\r\n")
                while let line = connection.readLine(), line != "." {}
                connection.write("250 ok\r\n")
            }
        }
        let transport = transport(server)
        #expect(await transport.send(submission()) == .accepted(reply: "250 ok"))
        guard case .notSent = await transport.send(submission()) else {
            Issue.record("not reported as not sent")
            return
        }
        #expect(await transport.send(submission()) == .accepted(reply: "250 2.0.0 queued as 42"))
        #expect(server.bodies.count == 1)
    }

    @Test("a connection lost within the message is not sent")
    func lostWithinMessage() async throws {
        let server = try ScriptedServer { server, connection, _ in
            connection.write("220 test\r\n")
            while let line = connection.readLine() {
                connection.write(line == "DATA" ? "354 go on\r\n" : "250 ok\r\n")
                if line == "DATA" { break }
            }
            connection.read(count: 1_000)
            connection.resetOnClose()
        }
        let large = String(repeating: String(repeating: "x", count: 76) + "\r\n", count: 400_000)
        guard case .notSent = await transport(server).send(submission(large)) else {
            Issue.record("not reported as not sent")
            return
        }
    }

    @Test("no reply to the final dot in time, or a cancelled wait for it, is ambiguous", arguments: [false, true])
    func noFinalReply(isCancelled: Bool) async throws {
        let arrived = AsyncStream<Void>.makeStream()
        var dialogue = SMTPDialogue()
        dialogue.received = {
            arrived.continuation.yield()
            if isCancelled { Gate.neverOpened.wait() }
        }
        dialogue.final = "250-more to come"
        let server = try server(dialogue)
        let transport = transport(server)
        let submission = submission(timeout: isCancelled ? .seconds(40) : .seconds(2))
        let task = Task { await transport.send(submission) }
        for await _ in arrived.stream { break }
        if isCancelled { task.cancel() }
        guard case .ambiguous = await task.value else {
            Issue.record("not ambiguous")
            return
        }
    }

    @Test("without STARTTLS, a server where it is required gets nothing")
    func startTLSRequired() async throws {
        let server = try server(SMTPDialogue())
        guard case .notSent = await transport(server, user: "user", security: .required).send(submission()) else {
            Issue.record("not reported as not sent")
            return
        }
        #expect(server.bodies.isEmpty)
    }

    @Test("nobody listening is not sent")
    func refusedConnection() async throws {
        let server = try server(SMTPDialogue())
        server.close()
        guard case .notSent = await transport(server).send(submission()) else {
            Issue.record("not reported as not sent")
            return
        }
    }
}
