import Contracts
import Foundation
import JSON
import JSONRPC
import Logging
import Model
import Testing
import Tokens

@testable import Gateway

@Suite("The spool", .timeLimit(.minutes(1)))
struct SpoolTests {
    @Test("with Tracking away everything public still answers, and every event is stored once afterwards")
    func outage() async throws {
        try await TestGateway.run { (gateway) async throws in
            gateway.backend.tracking.isUp = false
            #expect(try await gateway.get(gateway.path(.open)).status == 200)
            #expect(try await gateway.get(gateway.clickPath("https://example.com/")).status == 302)
            #expect(
                try await gateway.send("POST", gateway.path(.unsubscribe), body: Array("List-Unsubscribe=One-Click".utf8)).status == 200
            )
            #expect(gateway.backend.events.isEmpty)
            await #expect(throws: (any Error).self) { try await gateway.spool.replay(to: gateway.backend.tracking) }
            #expect(await !gateway.spool.isEmpty)
            gateway.backend.tracking.isUp = true
            try await gateway.spool.replay(to: gateway.backend.tracking)
            #expect(await gateway.spool.isEmpty)
            #expect(Set(gateway.backend.events.map(\.type)) == [.open, .click, .unsubscribe])
            #expect(gateway.backend.events.count == 3)
        }
    }

    @Test("a crash between replay and delete stores nothing twice")
    func crashBeforeDelete() async throws {
        try await withSpool { spool, backend in
            #expect(await spool.append([Self.event("a"), Self.event("b")]))
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: spool.directory).first)
            let path = spool.directory + "/" + name
            let content = try #require(FileManager.default.contents(atPath: path))
            try await spool.replay(to: backend.tracking)
            try content.write(to: URL(fileURLWithPath: path + ".1.replay"))
            try await spool.replay(to: backend.tracking)
            #expect(backend.state.now.recordCalls == 2)
            #expect(Set(backend.events.map(\.eventID)) == ["a", "b"])
            #expect(await spool.isEmpty)
        }
    }

    @Test("a line that a crash has cut costs only itself")
    func cutLine() async throws {
        try await withSpool { spool, backend in
            #expect(await spool.append([Self.event("a")]))
            let name = try #require(try FileManager.default.contentsOfDirectory(atPath: spool.directory).first)
            let path = spool.directory + "/" + name
            let content = try #require(FileManager.default.contents(atPath: path))
            try (content + Data(#"{"events":[{"eventID":"x""#.utf8)).write(to: URL(fileURLWithPath: path))
            #expect(await spool.append([Self.event("b")]))
            try await spool.replay(to: backend.tracking)
            #expect(Set(backend.events.map(\.eventID)) == ["a", "b"])
        }
    }

    @Test("events that come while others are replayed are kept")
    func appendWhileReplaying() async throws {
        try await withSpool { spool, backend in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    for number in 0..<200 { #expect(await spool.append([Self.event("e\(number)")])) }
                }
                tasks.addTask {
                    while backend.state.now.events.count < 200 {
                        try await spool.replay(to: backend.tracking)
                        await Task.yield()
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(backend.events.count == 200)
            #expect(await spool.isEmpty)
        }
    }

    @Test("two processes on one directory lose and double nothing")
    func twoReplayers() async throws {
        try await withSpool { spool, backend in
            let other = try EventSpool(directory: spool.directory, logger: Self.logger)
            for number in 0..<20 { #expect(await spool.append([Self.event("e\(number)")])) }
            async let first: Void = spool.replay(to: backend.tracking)
            async let second: Void = other.replay(to: backend.tracking)
            _ = try await (first, second)
            #expect(backend.events.count == 20)
            #expect(await spool.isEmpty)
        }
    }

    @Test("what Tracking refuses for good is set aside and holds nobody up")
    func refused() async throws {
        try await withSpool { spool, backend in
            #expect(await spool.append([Self.event("a")]))
            #expect(await spool.append([Self.event("b")]))
            try await spool.replay(to: RefusingCaller(inner: backend.tracking, refusedID: "a"))
            #expect(backend.events.map(\.eventID) == ["b"])
            #expect(await spool.isEmpty)
            let kept = try String(contentsOfFile: spool.directory + "/refused.jsonl", encoding: .utf8)
            #expect(kept.contains(#""eventID":"a""#))
        }
    }

    @Test("a file that cannot be read is kept, holds up no other, and is replayed when it can be read again (I5)")
    func unreadable() async throws {
        try await withSpool { spool, backend in
            // A name whose folder leads to itself: opening fails, also for root, and not because there is nothing.
            let disk = spool.directory + "/disk"
            let kept = spool.directory + "/events-1-0.jsonl.7.replay"
            try FileManager.default.createSymbolicLink(atPath: disk, withDestinationPath: "disk")
            try FileManager.default.createSymbolicLink(atPath: kept, withDestinationPath: "disk/events")
            #expect(await spool.append([Self.event("b")]))
            await #expect(throws: SpoolFault.self) { try await spool.replay(to: backend.tracking) }
            #expect(backend.events.map(\.eventID) == ["b"])
            #expect(await !spool.isEmpty)
            try FileManager.default.removeItem(atPath: disk)
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
            var line = JSONWriter(reservingCapacity: 256)
            try RecordEvents(events: [Self.event("a")]).write(to: &line)
            try Data(line.bytes).write(to: URL(fileURLWithPath: disk + "/events"))
            try await spool.replay(to: backend.tracking)
            #expect(Set(backend.events.map(\.eventID)) == ["a", "b"])
            #expect(await spool.isEmpty)
        }
    }

    @Test("what is refused and cannot be set aside stays in the spool")
    func refusedOnFullDisk() async throws {
        try await withSpool { spool, backend in
            #expect(await spool.append([Self.event("a")]))
            let aside = spool.directory + "/refused.jsonl"
            try FileManager.default.createDirectory(atPath: aside, withIntermediateDirectories: false)
            let refusing = RefusingCaller(inner: backend.tracking, refusedID: "a")
            await #expect(throws: SpoolFault.self) { try await spool.replay(to: refusing) }
            #expect(await !spool.isEmpty)
            try FileManager.default.removeItem(atPath: aside)
            try await spool.replay(to: refusing)
            #expect(await spool.isEmpty)
            #expect(try String(contentsOfFile: aside, encoding: .utf8).contains(#""eventID":"a""#))
        }
    }

    static let logger: Logger = {
        var logger = Logger(label: "spool-tests")
        logger.logLevel = .critical
        return logger
    }()

    static func event(_ id: String) -> TrackingEvent {
        TrackingEvent(
            eventID: id,
            type: .open,
            messageKind: .campaign,
            messageID: 1,
            link: 0,
            url: "",
            userAgent: "",
            address: "",
            method: "GET",
            occurredAt: FakeBackend.time
        )
    }

    private func withSpool(_ body: (EventSpool, FakeBackend) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/spool-tests-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(EventSpool(directory: directory, logger: Self.logger), FakeBackend())
    }
}

/// Refuses calls that hold one event, as a server does that cannot read it.
struct RefusingCaller: RPCCaller {
    let inner: any RPCCaller
    let refusedID: String

    func call<Method: RPCMethod>(
        _ method: Method,
        deadline: Duration?,
        idempotencyKey: String?
    ) async throws(RPCCallError<Method.Failure>) -> Method.Result {
        if let call = method as? RecordEvents, call.events.contains(where: { $0.eventID == refusedID }) {
            throw .refused(code: -32_602, message: "not readable")
        }
        return try await inner.call(method, deadline: deadline, idempotencyKey: idempotencyKey)
    }
}
