import JSON
import Logging
import Model
@testable import ServiceRuntime
import Testing

@Suite("Log lines")
struct LogLineTests {
    private func line(_ message: String, _ metadata: Logger.Metadata = [:]) -> LogLine {
        LogLine(time: Timestamp(microseconds: 0), level: .error, service: "audience", message: message, metadata: metadata)
    }

    @Test("a line is one JSON object, whatever is in it")
    func json() throws {
        let bytes = line("a \"b\"\nc", ["key": "x\u{0}y"]).bytes
        #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
        #expect(bytes.last == UInt8(ascii: "\n"))
        let value = try JSONValue.parse(bytes.dropLast())
        #expect(value["time"]?.stringValue == "1970-01-01T00:00:00.000000Z")
        #expect(value["message"]?.stringValue == "a \"b\"\nc")
        #expect(value["key"]?.stringValue == "x\u{0}y")
    }

    @Test("an address never stands in the log")
    func masked() {
        let text = String(decoding: line("for anna@example.com now", ["to": "<b@c.example>"]).bytes, as: UTF8.self)
        #expect(!text.contains("example"))
        #expect(text.contains("for …@… now"))
    }
}
