import Contracts
import Email
import JSON
import Model
import NIOCore

/// The members of a JSON body, read with every fault gathered: all are reported together (API.md section 1).
struct RequestFields {
    static let maximumBodyBytes = 10 << 20
    /// Less than a call's own limit, which counts the levels around the body too.
    static let maximumDepth = 32

    let object: JSONObject
    private(set) var faults: [String: String] = [:]

    init(_ object: JSONObject) { self.object = object }

    /// Reads the body of a request; an empty one is an empty object.
    static func read(_ request: GatewayRequest) async throws -> RequestFields {
        let body = try await request.body(upTo: maximumBodyBytes)
        guard body.readableBytes > 0 else { return RequestFields(JSONObject()) }
        let value: JSONValue
        do {
            value = try JSONValue.parse(body.readableBytesView, limits: JSONLimits(maximumDepth: maximumDepth))
        } catch {
            throw APIError.field("body", "invalid_json")
        }
        guard value.isStorable else { throw APIError.field("body", "invalid_json") }
        guard let object = value.objectValue else { throw APIError.field("body", "must_be_object") }
        return RequestFields(object)
    }

    mutating func fault(_ field: String, _ reason: String) {
        if faults[field] == nil { faults[field] = reason }
    }

    /// Adds what a shape's check found.
    mutating func add(_ found: [(field: String, reason: String)]) {
        for (field, reason) in found { fault(field, reason) }
    }

    /// Adds what a service found, but for fields of which something is known already.
    mutating func addUnlessKnown(_ found: [String: String]) {
        let known = faults.keys
        for (field, reason) in found where !known.contains(where: { $0 == field || $0.hasPrefix(field + ".") }) { fault(field, reason) }
    }

    /// Throws the gathered faults, if there are any.
    func check() throws(APIError) {
        if !faults.isEmpty { throw .validation(ValidationFailure(faults, details: details)) }
    }

    /// Why the addresses among the faults are none, in words; nil when there is none.
    var details: [String: String]? {
        var details: [String: String] = [:]
        for (field, reason) in faults where reason == "invalid" {
            let path = field.split(separator: ".")
            guard path.last == "email", let text = JSONValue.object(object)[path]?.stringValue else { continue }
            do throws(EmailAddressError) { _ = try EmailAddress(text) } catch { details[field] = "\(error)" }
        }
        return details.isEmpty ? nil : details
    }

    /// A member that is there and not null.
    private func value(_ name: String) -> JSONValue? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    mutating func string(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.stringValue else {
            fault(name, "must_be_string")
            return nil
        }
        return text
    }

    /// A string that must be there and hold more than white space.
    mutating func requiredString(_ name: String) -> String? {
        guard value(name) != nil else {
            fault(name, "required")
            return nil
        }
        guard let text = string(name) else { return nil }
        guard text.contains(where: { !$0.isWhitespace }) else {
            fault(name, "required")
            return nil
        }
        return text
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let flag = value.boolValue else {
            fault(name, "must_be_boolean")
            return nil
        }
        return flag
    }

    /// Nil for what is no integer of 64 bits, which the shape tells.
    func integer(_ name: String) -> Int64? { object[name]?.int64Value }

    mutating func strings(_ name: String) -> [String]? {
        guard let value = value(name) else { return nil }
        guard let items = value.arrayValue else {
            fault(name, "must_be_list")
            return nil
        }
        let texts = items.compactMap(\.stringValue)
        guard texts.count == items.count else {
            fault(name, "must_be_list_of_strings")
            return nil
        }
        return texts
    }

    mutating func objectValue(_ name: String) -> JSONValue? {
        guard let value = value(name) else { return nil }
        guard value.objectValue != nil else {
            fault(name, "must_be_object")
            return nil
        }
        return value
    }

    mutating func timestamp(_ name: String) -> Timestamp? {
        guard let value = value(name) else { return nil }
        guard let moment = value.stringValue.flatMap({ Timestamp(iso8601: $0) }) else {
            fault(name, "invalid")
            return nil
        }
        return moment
    }

    mutating func choice<Choice: RawRepresentable>(_ name: String) -> Choice? where Choice.RawValue == String {
        guard let value = value(name) else { return nil }
        guard let choice = value.stringValue.flatMap(Choice.init(rawValue:)) else {
            fault(name, "invalid")
            return nil
        }
        return choice
    }
}

extension JSONValue {
    /// What stands at a dotted path of members and indexes.
    fileprivate subscript(path: [Substring]) -> JSONValue? {
        path.reduce(self as JSONValue?) { value, part in
            guard let items = value?.arrayValue else { return value?[String(part)] }
            return Int(part).flatMap { items.indices.contains($0) ? items[$0] : nil }
        }
    }

    /// Whether Postgres can hold it: text without NUL, numbers of a size that anybody needs.
    var isStorable: Bool {
        switch self {
        case .string(let text): !text.utf8.contains(0)
        case .array(let items): items.allSatisfy(\.isStorable)
        case .object(let object): object.members.allSatisfy { !$0.key.utf8.contains(0) && $0.value.isStorable }
        case .number(let number): number.isStorable
        case .null, .bool: true
        }
    }
}

extension JSONNumber {
    /// At most 300 characters and an exponent of at most ±300: a double can hold it, and Postgres' numeric too.
    fileprivate var isStorable: Bool {
        guard text.utf8.count <= 300 else { return false }
        guard let mark = text.lastIndex(where: { $0 == "e" || $0 == "E" }) else { return true }
        guard let exponent = Int(text[text.index(after: mark)...]) else { return false }
        return (-300...300).contains(exponent)
    }
}
