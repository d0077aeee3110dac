/// A shared credentials or config file: sections in brackets with `name = value` lines; comments and nested lines are passed over.
struct AWSProfileFile: Sendable {
    private var sections: [String: [String: String]] = [:]

    init(_ text: String) {
        var section: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.trimmed
            guard let first = trimmed.first, first != "#", first != ";" else { continue }
            if first == "[" {
                section = trimmed.firstIndex(of: "]").map { String(trimmed[trimmed.index(after: trimmed.startIndex)..<$0].trimmed) }
                if let section, sections[section] == nil { sections[section] = [:] }
            } else if let section, line.first?.isWhitespace == false, let equals = trimmed.firstIndex(of: "=") {
                let name = trimmed[..<equals].trimmed.lowercased()
                sections[section]?[name] = String(trimmed[trimmed.index(after: equals)...].trimmed)
            }
        }
    }

    func hasSection(_ name: String) -> Bool { sections[name] != nil }

    func value(_ name: String, section: String) -> String? { sections[section]?[name] }

    /// The section's keys; nil without both.
    func credentials(section: String) -> AWSCredentials? {
        guard let values = sections[section], let id = values["aws_access_key_id"], !id.isEmpty,
            let secret = values["aws_secret_access_key"], !secret.isEmpty
        else { return nil }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: values["aws_session_token"])
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    fileprivate var trimmed: SubSequence {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace }) else {
            return self[endIndex..<endIndex]
        }
        return self[start...end]
    }
}
