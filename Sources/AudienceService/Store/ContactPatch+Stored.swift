import JSON
import Postgres

extension ContactPatch {
    /// The change of attributes as the database takes it.
    var storedAttributes: RawJSONText { RawJSONText(attributes.isEmpty ? "{}" : attributes) }

    /// The attributes of a contact that has none yet: a member that is null removes, so there it is left out.
    var firstAttributes: RawJSONText {
        guard mentionsNull, let object = (try? JSONValue.parse(attributes))?.objectValue else { return storedAttributes }
        let kept = object.members.filter { $0.value != .null }.map { (key: $0.key, value: $0.value) }
        return RawJSONText(JSONValue.object(JSONObject(kept)).text)
    }

    /// Whether the text may have a null member; most have none, so that it need not be parsed.
    private var mentionsNull: Bool {
        var attributes = attributes
        let null = Self.null
        return attributes.withUTF8 { bytes in
            var matched = 0
            for byte in bytes {
                if byte == null[matched] {
                    matched += 1
                    if matched == null.count { return true }
                } else {
                    matched = byte == null[0] ? 1 : 0
                }
            }
            return false
        }
    }

    private static let null: [UInt8] = Array("null".utf8)
}
