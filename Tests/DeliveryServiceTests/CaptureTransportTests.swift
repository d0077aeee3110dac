import Foundation
import JSON
import Testing

@testable import DeliveryService

@Suite("Capturing instead of sending")
struct CaptureTransportTests {
    @Test("every message is one whole file and one line of the index, many at a time", .timeLimit(.minutes(1)))
    func captured() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("capture-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let transport = try CaptureTransport(directory: directory)
        let results = await withTaskGroup(of: SendResult.self) { group in
            for number in 1...200 { group.addTask { await transport.send(.fixture(number)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.allSatisfy { if case .accepted = $0 { true } else { false } })
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        // Nothing else: no file is left aside.
        #expect(Set(names) == Set((1...200).map { "c-\($0)-1.eml" } + ["index.jsonl"]))
        let index = try String(contentsOfFile: directory + "/index.jsonl", encoding: .utf8).split(separator: "\n")
        let lines = try index.map { try JSONValue.parse(String($0)) }
        #expect(lines.count == 200)
        let line = try #require(lines.first { $0["file"]?.stringValue == "c-7-1.eml" })
        let file = try Data(contentsOf: URL(fileURLWithPath: directory + "/c-7-1.eml"))
        #expect(Array(file) == OutgoingMessage.fixture(7).bytes)
        #expect(line["to"]?.stringValue == "b7@example.com" && line["size"]?.int64Value == Int64(file.count))
        #expect(line["from"]?.stringValue == "A <a@example.org>" && line["tags"]?["m"]?.stringValue == "c-7")
    }

    @Test("a directory that is gone holds the account, and the message can be tried again")
    func gone() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("capture-\(UUID().uuidString)").path
        let transport = try CaptureTransport(directory: directory)
        try FileManager.default.removeItem(atPath: directory)
        guard case .notSent(_, .account) = await transport.send(.fixture()) else {
            Issue.record("not held")
            return
        }
    }
}
