import Contracts
import Foundation
import HTTPTransport
import Model
import Synchronization
import Testing

/// Beside the other suites, as ``Chaos``.
@Suite("Click chaos", .serialized) struct ClickChaos {
    /// What readers did, and what they were told.
    private final class Readers: Sendable {
        private struct State {
            var tried: [Int: Int64] = [:]
            var answered: [Int: Int64] = [:]
            var isOver = false
        }

        private let state = Mutex(State())

        var answeredCount: Int64 { state.withLock { $0.answered.values.reduce(0, +) } }
        var answered: [Int: Int64] { state.withLock { $0.answered } }
        var tried: [Int: Int64] { state.withLock { $0.tried } }
        var isOver: Bool { state.withLock { $0.isOver } }
        func end() { state.withLock { $0.isOver = true } }
        func trying(_ reader: Int) { state.withLock { $0.tried[reader, default: 0] += 1 } }
        func heard(_ reader: Int) { state.withLock { $0.answered[reader, default: 0] += 1 } }
    }

    @Test("killing Gateway and Tracking ten times under clicks loses no click that was answered and counts none twice (I5)", .timeLimit(.minutes(15)))
    func killing() async throws {
        try await withUpOnSharedServer { up, folder in
            let tenant = try await Tenant(up)
            try await tenant.importContacts(6)
            try await tenant.putCampaign("clicked")
            try await tenant.queue("clicked")
            try await tenant.wait("clicked", for: .sent)
            let mails = try await CapturedMail.readAll(up, folder).sorted { $0.recipient < $1.recipient }
            try #require(mails.count == 6)
            let readers = Readers()
            try await withThrowingDiscardingTaskGroup { group in
                for (number, mail) in mails.enumerated() {
                    group.addTask { try await Self.read(up, mail, number, readers) }
                }
                do { try await Self.kill(up, readers, times: 10) } catch {
                    readers.end()
                    throw error
                }
                readers.end()
            }
            let (answered, tried) = (readers.answered, readers.tried)
            try await eventually("every answered click is counted", within: .seconds(60)) {
                let found = try await tenant.campaign("clicked").statistics.clickCount
                return found >= readers.answeredCount
            }
            // Whoever got no answer may have been counted; nobody was more often than he clicked.
            try await up.expectVerified(folder)
            for recipient in try await tenant.recipients("clicked") {
                let reader = try #require(mails.firstIndex { $0.recipient == recipient.email })
                let clicks = Int64(recipient.clickCount)
                #expect(clicks >= answered[reader, default: 0] && clicks <= tried[reader, default: 0], "\(recipient.email)")
            }
            let lost = tried.values.reduce(0, +) - readers.answeredCount
            #expect(lost <= 10 * Int64(mails.count), "\(lost) clicks had no answer")
        }
    }

    /// Clicks again and again; a connection that breaks tells nothing.
    private static func read(_ up: UpProcess, _ mail: CapturedMail, _ number: Int, _ readers: Readers) async throws {
        let headers: [HTTPRequest.Header] = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")]
        while !readers.isOver {
            readers.trying(number)
            guard let answer = try? await up.http("GET", mail.clickLinks[0], headers: headers) else { continue }
            #expect(answer.status == 302)
            readers.heard(number)
        }
    }

    /// Each kill waits for a seeded number of clicks, so that it hits another moment of the work.
    private static func kill(_ up: UpProcess, _ readers: Readers, times: Int) async throws {
        var random = SeededGenerator(state: Chaos.seed)
        var moment: Int64 = 0
        for turn in 0..<times {
            moment = readers.answeredCount + Int64.random(in: 20...120, using: &random)
            let victim = turn % 2 == 0 ? "Gateway" : "TrackingService"
            let pid = try await eventually("\(moment) clicks and a \(victim)", within: .seconds(60)) { () -> pid_t? in
                readers.answeredCount >= moment ? up.table.pids(victim).first : nil
            }
            Foundation.kill(pid, SIGKILL)
            try await eventually("\(victim) is dead") { !up.table.pids(victim).contains(pid) }
        }
        // And some more clicks when all are back.
        let last = readers.answeredCount + 50
        try await eventually("clicks go on after the last kill", within: .seconds(60)) { readers.answeredCount >= last }
    }
}
