import Foundation
import JSON

/// Messages that the capture transport wrote, as a reader's mail program finds them.
enum CapturedMail {
    /// The links of one message.
    struct Links: Sendable, Equatable {
        var pixel: String?
        var clicks: [String]
        /// From the `List-Unsubscribe` header.
        var unsubscribe: String?
    }

    /// Files of messages, in the order of the index; none when nothing was captured yet.
    static func files(in directory: String) throws -> [String] {
        guard let data = FileManager.default.contents(atPath: directory + "/index.jsonl") else { return [] }
        return data.split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSONValue.parse(line))?["file"]?.stringValue
        }
    }

    static func links(in path: String) throws -> Links {
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandFailure("\(path): cannot be read") }
        let text = decoded(data)
        return Links(
            pixel: addresses(in: text, containing: "/t/o/").first,
            clicks: addresses(in: text, containing: "/t/c/").map { $0.replacing("&amp;", with: "&") },
            unsubscribe: unsubscribe(in: text)
        )
    }

    /// Quoted-printable undone (RFC 2045 section 6.7), folded header lines joined.
    private static func decoded(_ data: Data) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.count)
        let source = Array(data)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "="), index + 2 < source.count {
                if source[index + 1] == 13 {
                    index += 3
                    continue
                }
                if let value = UInt8(String(decoding: source[(index + 1)...(index + 2)], as: UTF8.self), radix: 16) {
                    bytes.append(value)
                    index += 3
                    continue
                }
            }
            bytes.append(source[index])
            index += 1
        }
        return String(decoding: bytes, as: UTF8.self).replacing("\r\n ", with: " ").replacing("\r\n", with: "\n")
    }

    private static func unsubscribe(in text: String) -> String? {
        guard let line = text.split(separator: "\n").first(where: { $0.lowercased().hasPrefix("list-unsubscribe:") }),
            let open = line.firstIndex(of: "<"), let close = line.firstIndex(of: ">"), open < close
        else { return nil }
        return String(line[line.index(after: open)..<close])
    }

    /// Values in double quotes that hold a path.
    private static func addresses(in text: String, containing path: String) -> [String] {
        text.split(separator: "\"").map(String.init).filter { $0.hasPrefix("http") && $0.contains(path) && !$0.contains(" ") }
    }
}
