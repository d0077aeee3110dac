import Foundation
import JSON

/// A value that crosses the wire as JSON.
///
/// A `Codable` type conforms with nothing more (Foundation's coders); a hot message writes and reads itself with
/// ``JSONWriter`` and ``JSONReader``. Both forms must accept unknown member names.
package protocol RPCPayload: Sendable {
    func write(to writer: inout JSONWriter) throws
    static func read(_ json: ArraySlice<UInt8>) throws -> Self
}

extension RPCPayload where Self: Codable {
    package func write(to writer: inout JSONWriter) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        writer.raw(try encoder.encode(self))
    }

    /// Foundation's decoder would take the last of two equal keys, so the text is first read by our own rules.
    package static func read(_ json: ArraySlice<UInt8>) throws -> Self {
        _ = try JSONValue.parse(json)
        return try JSONDecoder().decode(Self.self, from: Data(json))
    }
}

/// One remote procedure, declared once: its parameters are the conforming type's stored properties.
///
/// Its documentation says what it does, who may call it, whether it is idempotent, and each failure.
package protocol RPCMethod: RPCPayload {
    associatedtype Result: RPCPayload
    associatedtype Failure: RPCFailure = NoFailure

    /// `service.verbNoun`, for example `audience.getContact`.
    static var name: String { get }
    /// Whether a client may repeat the call after a lost connection without asking.
    static var isIdempotent: Bool { get }
    /// Which peers may call it. The operator (root and group `datamailer`) always may.
    static var callers: Set<RPCPeer> { get }
    /// Whether a lost connection or `rpc.cancel` may cancel the handler; a write that has begun is finished.
    static var isRead: Bool { get }
}

extension RPCMethod {
    package static var isIdempotent: Bool { isRead }
    package static var isRead: Bool { false }
    package static var callers: Set<RPCPeer> { [.gateway] }
}

/// Who is on the other side of a connection (DESIGN section 3, "who may call").
package enum RPCPeer: String, Hashable, Sendable, CaseIterable {
    case audience, campaign, delivery, tracking, gateway
    /// root, group `datamailer`, or the same user under `datamailer up`.
    case `operator`
}

/// A failure that is part of a method's contract.
///
/// On the wire: an error object whose `code` is ``code``, `message` ``message`` and `data` is
/// `{"kind": ``kind``, "failure": <the value as JSON>}`.
package protocol RPCFailure: Error, RPCPayload, Equatable {
    /// A stable symbolic name, for example `notFound`.
    var kind: String { get }
    /// Outside -32768 … -32000; 1 unless there is a reason.
    var code: Int { get }
    var message: String { get }
}

extension RPCFailure {
    package var code: Int { 1 }
    package var message: String { kind }
}

/// For methods that cannot fail by contract.
package enum NoFailure: RPCFailure, Codable {
    package var kind: String { switch self {} }
    package init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "no failure is declared"))
    }
    package func encode(to encoder: any Encoder) throws { switch self {} }
}

/// An empty result.
package struct Empty: RPCPayload, Codable, Equatable {
    package init() {}
}

/// A result that is JSON already, made by Postgres; passes through unparsed.
package struct RawJSON: RPCPayload, Equatable {
    package var bytes: ArraySlice<UInt8>
    package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }
    package init(_ text: String) { bytes = ArraySlice(text.utf8) }
    package func write(to writer: inout JSONWriter) throws { writer.raw(bytes) }
    package static func read(_ json: ArraySlice<UInt8>) throws -> RawJSON { RawJSON(json) }
}
