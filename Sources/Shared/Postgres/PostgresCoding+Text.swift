import Foundation
import JSON

extension String: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .text }
    /// The server refuses text with NUL (22021); no other text is refused.
    package func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: utf8) }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        switch value.type {
        case .text, .varchar, .bpchar, .name, .unknown, .char: self = String(decoding: value.bytes, as: UTF8.self)
        case .json, .jsonb: self = String(decoding: try value.jsonText(), as: UTF8.self)
        default:
            // Enumerations and the text types of extensions travel as their text.
            guard value.type.isUserDefined else { throw .type }
            self = String(decoding: value.bytes, as: UTF8.self)
        }
    }
}

/// Bytes bound or read as `bytea`.
package struct Bytea: Sendable, Hashable, PostgresEncodable, PostgresDecodable {
    package var bytes: [UInt8]
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package static var postgresType: PostgresType { .bytea }
    package func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: self.bytes) }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        guard value.type == .bytea else { throw .type }
        bytes = Array(value.bytes)
    }
}

/// JSON text bound or read as `jsonb`/`json` without parsing.
package struct RawJSONText: Sendable, Equatable, PostgresEncodable, PostgresDecodable {
    package var text: String
    package init(_ text: String) { self.text = text }

    package static var postgresType: PostgresType { .jsonb }
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(1)
        bytes.append(contentsOf: text.utf8)
    }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        // `…::text` of a query that builds JSON is taken too.
        text = value.type == .text ? String(decoding: value.bytes, as: UTF8.self) : String(decoding: try value.jsonText(), as: UTF8.self)
    }
}

extension JSONValue: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .jsonb }
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(1)
        bytes.append(contentsOf: text.utf8)
    }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        let text = try value.jsonText()
        do { self = try JSONValue.parse(Array(text)) } catch { throw .value }
    }
}

extension UUID: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .uuid }
    package func encode(into bytes: inout [UInt8]) { withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) } }
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        guard value.type == .uuid else { throw .type }
        guard value.bytes.count == MemoryLayout<uuid_t>.size else { throw .value }
        self.init(uuid: value.bytes.loadUnaligned(as: uuid_t.self))
    }
}
