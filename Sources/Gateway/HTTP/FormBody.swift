import Foundation
import NIOCore

/// Reads the two encodings of a form: `application/x-www-form-urlencoded` and `multipart/form-data` (RFC 8058 uses both).
enum FormBody {
    /// Fields by name; the first of a name wins.
    ///
    /// What cannot be read has no fields.
    static func read(_ body: ByteBuffer, contentType: String) -> [String: String] {
        let bytes = Array(body.readableBytesView)
        let pairs: [(name: String, value: String)]
        if let boundary = MultipartBody.boundary(of: contentType) {
            pairs = MultipartBody.parts(of: bytes, boundary: boundary).compactMap { part in
                part.name.map { (name: $0, value: String(decoding: part.content, as: UTF8.self)) }
            }
        } else {
            pairs = PercentDecoding.form(String(decoding: bytes, as: UTF8.self)) ?? []
        }
        return Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first }
    }
}

/// Reads `multipart/form-data` (RFC 7578).
enum MultipartBody {
    struct Part: Equatable {
        var name: String?
        var filename: String?
        var content: ArraySlice<UInt8>
    }

    /// The boundary of a content type; nil for another type.
    static func boundary(of contentType: String) -> String? {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let start = contentType.range(of: "boundary=", options: .caseInsensitive)
        else { return nil }
        var value = contentType[start.upperBound...].prefix { $0 != ";" }
        if value.hasPrefix("\""), value.hasSuffix("\""), value.count > 1 { value = value.dropFirst().dropLast() }
        return value.isEmpty || value.utf8.count > 70 ? nil : String(value)
    }

    /// The parts; a body that is cut has those before the cut.
    static func parts(of body: [UInt8], boundary: String) -> [Part] {
        let delimiter = Array("--\(boundary)".utf8)
        var parts: [Part] = []
        var position = find(delimiter, in: body, from: 0)
        while let start = position {
            var content = start + delimiter.count
            if body[content...].starts(with: Array("--".utf8)) { break }
            if body[content...].starts(with: Array("\r\n".utf8)) { content += 2 }
            guard let end = find(Array("\r\n".utf8) + delimiter, in: body, from: max(content - 2, 0)) else { break }
            if content <= end { parts.append(part(body[content..<end])) }
            position = end + 2
        }
        return parts
    }

    private static func part(_ bytes: ArraySlice<UInt8>) -> Part {
        let all = Array(bytes)
        guard let end = find(Array("\r\n\r\n".utf8), in: all, from: 0) else { return Part(name: nil, filename: nil, content: bytes) }
        var part = Part(name: nil, filename: nil, content: all[(end + 4)...])
        (part.name, part.filename) = names(inHead: all[..<end])
        return part
    }

    /// What the head of a part calls it.
    static func names(inHead head: ArraySlice<UInt8>) -> (name: String?, filename: String?) {
        var names: (name: String?, filename: String?) = (nil, nil)
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        where line.lowercased().hasPrefix("content-disposition:") {
            names = (parameter("name", in: line), parameter("filename", in: line))
        }
        return names
    }

    private static func parameter(_ name: String, in line: Substring) -> String? {
        for piece in line.split(separator: ";").dropFirst() {
            let trimmed = piece.drop { $0 == " " }
            guard trimmed.lowercased().hasPrefix(name + "=") else { continue }
            return String(trimmed.dropFirst(name.count + 1)).trimmingQuotes
        }
        return nil
    }

    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = pattern.first, bytes.count >= pattern.count, start <= bytes.count - pattern.count else { return nil }
        var index = start
        while index <= bytes.count - pattern.count {
            guard let candidate = bytes[index...(bytes.count - pattern.count)].firstIndex(of: first) else { return nil }
            if bytes[candidate..<(candidate + pattern.count)].elementsEqual(pattern) { return candidate }
            index = candidate + 1
        }
        return nil
    }
}

extension String {
    fileprivate var trimmingQuotes: String { hasPrefix("\"") && hasSuffix("\"") && count > 1 ? String(dropFirst().dropLast()) : self }
}
