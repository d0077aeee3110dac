import Contracts
import JSON
import Model
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import DeliveryService

@Suite("Sending transactional mail", .database(DeliveryBench.migrations), .timeLimit(.minutes(1)))
struct TransactionalWorkerTests {
    @Test("an accepted message is sent once, with its outcome, its events and an empty queue")
    func sent() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k") { send in
            send.cc = ["Carl <c@example.com>"]
            send.bcc = ["b@example.com"]
            send.replyTo = "r@example.com"
            send.headers = [MailHeader(name: "X-A", value: "1")]
            send.parts = [MailPart(contentType: "text/calendar; method=REQUEST", content: "BEGIN:VCALENDAR", filename: "i.ics")]
            send.attachments = [MailAttachment(filename: "a.pdf", contentType: "application/pdf", content: "aGVsbG8=", contentID: "")]
        }
        try await bench.work { try await bench.isSettled(receipt, as: .sent) }
        let detail = try await bench.detail(receipt)
        #expect(detail.message.providerMessageID == "id" && detail.message.sentAt != nil && detail.message.lastError.isEmpty)
        #expect(detail.events.map(\.type) == ["sent", "queued"] && detail.events.first?.metadata == ["ses_message_id": "id"])
        let mail = try #require(bench.transport.messages.first)
        #expect(bench.transport.messages.count == 1)
        let latest = try #require(mail.latestStart, "it must not leave when its attempt may count as lost (I1)")
        #expect(latest <= .now + WindowSender.latestStart)
        #expect(mail.recipient == "ann@example.com" && mail.cc == ["c@example.com"] && mail.bcc == ["b@example.com"])
        let id = try #require(receipt.messageID)
        #expect(mail.tags.map(\.value) == ["x-\(id)", "1"])
        let text = String(decoding: mail.bytes, as: UTF8.self)
        for line in [
            "From: Courses <courses@example.org>", "To: ann@example.com", "Cc: Carl <c@example.com>", "Reply-To: r@example.com", "X-A: 1",
            "Subject: Hi Ann", "Auto-Submitted: auto-generated", "Content-Type: text/calendar; method=REQUEST; charset=UTF-8",
            "Content-Disposition: attachment; filename=\"i.ics\"", "Content-Type: application/pdf", "aGVsbG8=",
        ] { #expect(text.contains(line + "\r\n"), "\(line)") }
        #expect(!text.contains("b@example.com"))
    }

    @Test("who is suppressed after the acceptance is not mailed (I3)")
    func suppressedMeanwhile() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k")
        bench.audience.refuse("ann@example.com", "hard_bounce")
        try await bench.work { try await bench.counts().queued == 0 }
        #expect(bench.transport.messages.isEmpty)
        let detail = try await bench.detail(receipt)
        #expect(detail.message.status == .skipped && detail.message.skipReason == "hard_bounce")
        #expect(detail.events.map(\.type) == ["skipped", "queued"])
    }

    @Test("the same queue entry many times sends once")
    func duplicates() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k")
        let entry = try #require(try await bench.bench.queue.receive(.transactionalEmail, limit: 1).first)
        try await bench.bench.queue.send(.transactionalEmail, bodies: Array(repeating: entry.body, count: 30), delay: .zero)
        try await bench.bench.queue.delete(entry)
        try await bench.work { try await bench.counts().queued == 0 }
        #expect(bench.transport.messages.count == 1)
        #expect(try await bench.status(receipt) == .sent)
    }

    @Test("of an unknown end the template decides: held, or sent once more and no oftener", arguments: [UnknownPolicy.hold, .resend])
    func unknown(_ policy: UnknownPolicy) async throws {
        let bench = try await TransactionalBench(ScriptedTransport { _ in .unknown(reason: "no answer") })
        try await bench.put { $0.onUnknown = policy }
        let receipt = try await bench.send("k")
        try await bench.work { try await bench.isSettled(receipt, as: .unknown) }
        #expect(bench.transport.messages.count == (policy == .hold ? 1 : 2))
        #expect(try await bench.detail(receipt).message.lastError == "no answer")
    }

    @Test("what the provider did not take is tried again, and what it refused for good has failed")
    func retried() async throws {
        let tries = Mutex(0)
        let bench = try await TransactionalBench(
            ScriptedTransport { _ in
                let number = tries.withLock { tries in
                    tries += 1
                    return tries
                }
                return number == 1 ? .notSent(reason: "busy", hold: .message(seconds: 0)) : .refused(reason: "no such domain")
            }
        )
        try await bench.put()
        let receipt = try await bench.send("k")
        try await bench.work { try await bench.isSettled(receipt, as: .failed) }
        let detail = try await bench.detail(receipt)
        #expect(detail.message.lastError == "no such domain" && detail.events.map(\.type) == ["failed", "queued"])
        #expect(bench.transport.messages.map { $0.tags.last?.value } == ["1", "2"])
    }

    @Test("the attempt is committed before the first byte leaves; a killed worker's message becomes unknown, or is sent once more")
    func killed() async throws {
        for policy in UnknownPolicy.allCases {
            let bench = try await TransactionalBench()
            try await bench.put(policy.rawValue) { $0.onUnknown = policy }
            let receipt = try await bench.send(policy.rawValue) { $0.templateKey = policy.rawValue }
            let id = try #require(receipt.messageID).rawValue
            let claim = ClaimMessages(ids: [id], refusals: [""], worker: "killed")
            #expect(try await bench.database.run(claim).map(\.id) == [id])
            #expect(try await bench.database.run(claim).isEmpty)
            #expect(try await bench.status(receipt) == .sending)
            #expect(try await bench.worker.sweep() == 0)
            #expect(try await bench.worker.hasOpenWindows())
            try await bench.script(
                """
                UPDATE delivery.transactional_windows SET deadline = clock_timestamp() - interval '1 second';
                UPDATE delivery.transactional_messages SET attempt_deadline = clock_timestamp() - interval '1 second' WHERE status = 'sending'
                """
            )
            #expect(try await bench.worker.sweep() == 1)
            #expect(try await bench.worker.hasOpenWindows() == false)
            try await bench.work { try await bench.counts().queued == 0 }
            #expect(try await bench.status(receipt) == (policy == .hold ? .unknown : .sent))
            #expect(bench.transport.messages.count == (policy == .hold ? 0 : 1))
        }
    }

    @Test("an outcome of an earlier attempt changes nothing, one that comes late settles an unknown message")
    func late() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let receipt = try await bench.send("k")
        let id = try #require(receipt.messageID).rawValue
        _ = try await bench.database.run(ClaimMessages(ids: [id], refusals: [""], worker: "slow"))
        let wrong = MessageOutcome(messageID: id, attempt: 9, kind: .failed, reason: "x")
        try await bench.database.execute(RecordMessages(outcomes: [wrong], finishedWindows: []))
        #expect(try await bench.status(receipt) == .sending)
        try await bench.script("UPDATE delivery.transactional_messages SET attempt_deadline = clock_timestamp() - interval '1 second'")
        #expect(try await bench.database.run(SettleOverdueMessages(ids: [id])) == [id])
        let sent = MessageOutcome(messageID: id, attempt: 1, kind: .sent, providerMessageID: "p")
        for _ in 0..<2 { try await bench.database.execute(RecordMessages(outcomes: [sent], finishedWindows: [])) }
        let detail = try await bench.detail(receipt)
        #expect(detail.message.status == .sent && detail.events.map(\.type) == ["sent", "queued"])
    }

    @Test("a message waits for its time, and can be taken back until it is sent")
    func sendAt() async throws {
        let bench = try await TransactionalBench()
        try await bench.put()
        let later = try await bench.send("later") { $0.sendAt = Timestamp.now().adding(.seconds(3_600)) }
        let now = try await bench.send("now")
        try await bench.work { try await bench.status(now) == .sent }
        #expect(bench.transport.messages.count == 1)
        #expect(try await bench.status(later) == .queued)
        let cancel = CancelMessage(clientID: TransactionalBench.scope.clientID, id: try #require(later.messageID))
        #expect(try await bench.database.first(cancel) != nil)
        #expect(try await bench.database.first(cancel) == nil)
        try await bench.script("UPDATE delivery.queue_messages SET visible_at = clock_timestamp()")
        try await bench.work { try await bench.counts().queued == 0 }
        #expect(try await bench.status(later) == .cancelled)
        #expect(bench.transport.messages.count == 1)
    }

    @Test("one message that the provider keeps waiting holds nobody up")
    func slow() async throws {
        let gate = StopSwitch()
        let bench = try await TransactionalBench(
            ScriptedTransport { message in
                if message.recipient == "slow@example.com" { await withCheckedContinuation { held in gate.set { held.resume() } } }
                return .accepted(messageID: "id")
            }
        )
        try await bench.put()
        let slow = try await bench.send("slow") { $0.email = "slow@example.com" }
        try await bench.work {
            let quick = try await bench.send()
            while try await bench.status(quick) != .sent { try await Task.sleep(for: .milliseconds(4)) }
            let status = try await bench.status(slow)
            #expect(status == .sending || status == .queued)
            gate.pull()
            while try await bench.status(slow) != .sent { try await Task.sleep(for: .milliseconds(4)) }
            return true
        }
    }
}
