import JSON
import JSONRPC

/// A bare JSON number or text as a result.
struct Plain: RPCPayload, Equatable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    var json: JSONValue

    init(_ json: JSONValue) { self.json = json }
    init(integerLiteral value: Int64) { json = .number(JSONNumber(value)) }
    init(stringLiteral value: String) { json = .string(value) }
    func write(to writer: inout JSONWriter) throws { writer.value(json) }
    static func read(_ json: ArraySlice<UInt8>) throws -> Plain { Plain(try JSONValue.parse(json)) }
}

/// The method of the specification's examples.
struct Subtract: RPCMethod, Codable {
    typealias Result = Plain
    static let name = "subtract"
    static let isRead = true
    static let callers: Set<RPCPeer> = [.gateway, .campaign]
    var minuend: Int64
    var subtrahend: Int64
}

struct Update: RPCMethod, Codable {
    typealias Result = Empty
    static let name = "update"
}

struct GetData: RPCMethod, Codable {
    typealias Result = Plain
    static let name = "get_data"
    static let isRead = true
}

/// Refuses by contract, breaks, or answers, as it is told.
struct Misbehave: RPCMethod, Codable {
    typealias Result = Plain
    enum Failure: RPCFailure, Codable, CaseIterable {
        case tired, missing
        var kind: String { "\(self)" }
        var code: Int { 7 }
        var message: String { "it is \(self)" }
    }
    static let name = "test.misbehave"
    var how: String
    var note: String?
}

struct SecretError: Error { var password = "hunter2" }

/// A read and a write that wait at a gate.
struct WaitingRead: RPCMethod, Codable {
    typealias Result = Plain
    static let name = "test.waitingRead"
    static let isRead = true
}

struct WaitingWrite: RPCMethod, Codable {
    typealias Result = Plain
    static let name = "test.waitingWrite"
}

/// What a typed hot message looks like: written by hand.
struct Echo: RPCMethod {
    typealias Result = Echo
    static let name = "test.echo"
    static let isRead = true
    var text: String

    func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("text" as StaticString)
        writer.string(text)
        writer.endObject()
    }

    static func read(_ json: ArraySlice<UInt8>) throws -> Echo {
        var text: String?
        var reader = JSONReader(json)
        try reader.object { key, reader in
            switch key {
            case "text": text = try reader.string()
            default: try reader.skip()
            }
        }
        guard let text else { throw JSONParseError(reason: .wrongType, offset: 0) }
        return Echo(text: text)
    }
}

/// Gates and counts that the handlers of ``testMethods(_:)`` use.
final class Handlers: Sendable {
    let readGate = Gate()
    let writeGate = Gate()
    let updates = Gate()
    let finishedWrites = Gate()
    let cancelledReads = Gate()
}

func testMethods(_ handlers: Handlers = Handlers()) -> RPCMethodTable {
    var methods = RPCMethodTable()
    methods.on(Subtract.self) { method, _ in
        let (difference, overflows) = method.minuend.subtractingReportingOverflow(method.subtrahend)
        return Plain(overflows ? nil : .number(JSONNumber(difference)))
    }
    methods.on(Update.self) { _, _ in
        handlers.updates.open()
        return Empty()
    }
    methods.on(GetData.self) { _, _ in Plain(["hello", 5]) }
    methods.on(Echo.self) { method, _ in method }
    methods.on(Misbehave.self) { method, context in
        switch method.how {
        case "tired": throw Misbehave.Failure.tired
        case "break": throw SecretError()
        case "key": Plain(.string(context.metadata.idempotencyKey ?? "none"))
        case "null": Plain(nil)
        case "long": Plain(.string(String(repeating: "x", count: 4_000)))
        default: Plain(.string(method.note ?? method.how))
        }
    }
    methods.on(WaitingRead.self) { _, _ in
        do { try await handlers.readGate.wait() } catch {
            handlers.cancelledReads.open()
            throw error
        }
        return "read"
    }
    methods.on(WaitingWrite.self) { _, _ in
        try await handlers.writeGate.wait()
        handlers.finishedWrites.open()
        return "written"
    }
    return methods
}
