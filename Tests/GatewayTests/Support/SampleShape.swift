import JSON

/// Compares an answer with a recorded one: each recorded key is there, in the recorded order, with a value of the same type.
///
/// More keys are allowed. A recorded null says nothing about the type.
enum SampleShape {
    static func differences(_ sample: JSONValue, _ answer: JSONValue, at path: String = "") -> [String] {
        switch (sample, answer) {
        case (.object(let expected), .object(let found)):
            let known = found.keys.filter { expected[$0] != nil }
            guard known == expected.keys else { return ["\(path): keys \(known), recorded \(expected.keys)"] }
            return expected.members.flatMap { differences($0.value, found[$0.key] ?? .null, at: "\(path).\($0.key)") }
        case (.array(let expected), .array(let found)):
            guard let first = expected.first else { return [] }
            return found.flatMap { differences(first, $0, at: "\(path)[]") }
        case (.null, _), (.string, .string), (.number, .number), (.bool, .bool): return []
        default: return ["\(path): \(answer.text), recorded \(sample.text)"]
        }
    }
}
