import Foundation
import Email
import Testing

@Suite("Python reads every message back to what went in") struct MIMEPropertyTests {
    private static let scalars: [ClosedRange<UInt32>] = [
        0x20...0x7E, 0x20...0x7E, 0xA1...0x17F, 0x400...0x4FF, 0x4E00...0x9FFF, 0x1F300...0x1F64F, 0x300...0x36F,
    ]

    private static func text(_ length: Int, _ random: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        let ranges = (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in scalars.randomElement(using: &random) }
        for _ in 0..<length {
            let range = ranges.randomElement(using: &random) ?? 0x20...0x7E
            text.append(Unicode.Scalar(UInt32.random(in: range, using: &random)) ?? "x")
        }
        return String(text)
    }

    private static func body(_ random: inout SeededGenerator) -> String {
        let ends = ["\n", "\n", "\r\n", "\r", " \n", "\t\r\n", "\n.", "\nFrom ", "\n\n", "="]
        return (0..<Int.random(in: 0...30, using: &random)).map { _ in
            text(Int.random(in: 0...3, using: &random) * Int.random(in: 0...400, using: &random), &random)
                + (ends.randomElement(using: &random) ?? "")
        }.joined()
    }

    @Test("subjects, names and bodies of any script, length and line ends", .timeLimit(.minutes(1)))
    func random() async throws {
        var random = SeededGenerator(state: 5)
        var mails: [MIMEMessage] = []
        for index in 0..<150 {
            var mail = try message(
                subject: Self.text(Int.random(in: 0...200, using: &random), &random),
                text: Self.body(&random),
                html: Self.body(&random),
                id: UInt64(index)
            )
            let name = Self.text(Int.random(in: 1...60, using: &random), &random)
            mail.from = try Mailbox(name: name, address: try EmailAddress("a@bücher.example"))
            mail.to = try (0..<Int.random(in: 1...5, using: &random)).map {
                try Mailbox(name: Self.text($0 * 12, &random), address: try EmailAddress("to\($0)@example.org"))
            }
            mail.cc = [try Mailbox(parsing: "\"C, D\" <c@example.org>")]
            mail.headers = [try CustomHeader(name: "X-Text", value: Self.text(40, &random))]
            mail.attachments = [try Attachment(filename: "b.bin", contentType: "application/octet-stream", bytes: Array(name.utf8))]
            mails.append(mail)
        }
        let built = try mails.map { try $0.build() }
        let read = try await PythonMail.read(built)
        for (index, mail) in mails.enumerated() {
            #expect(wireFaults(built[index]) == [], "message \(index)")
            #expect(read[index].defects == [], "message \(index)")
            #expect(read[index].subject == mail.subject)
            #expect(read[index].from == [.init(name: mail.from.name ?? "", address: "a@xn--bcher-kva.example")])
            #expect(read[index].to == mail.to.map { .init(name: $0.name ?? "", address: $0.address.wireForm) })
            #expect(read[index].cc == [.init(name: "C, D", address: "c@example.org")])
            #expect(read[index].values("X-Text") == mail.headers.map(\.value))
            #expect(read[index].date == "2026-11-23T18:12:08+00:00")
            let alternatives = read[index].root.parts?[0].parts ?? []
            #expect(
                alternatives.map(\.bytes) == [mail.text, mail.html].map { canonical($0 ?? []) },
                "message \(index)"
            )
            #expect(read[index].root.parts?[1].bytes == mail.attachments.first?.bytes)
            checkLines(built[index])
        }
    }

    /// The text with CRLF line ends.
    private func canonical(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for (index, byte) in text.enumerated() {
            if byte == 10, index > 0, text[index - 1] == 13 { continue }
            output += byte == 10 || byte == 13 ? [13, 10] : [byte]
        }
        return output
    }

    /// Encoded words of at most 75 bytes in lines of at most 76, and no `.` or `From ` at the start of an encoded line.
    private func checkLines(_ bytes: [UInt8]) {
        for line in wireText(bytes).split(separator: "\r\n") {
            if line.contains("=?UTF-8?") { #expect(line.utf8.count <= 76) }
            for word in line.split(separator: " ") where word.hasPrefix("=?UTF-8?") { #expect(word.utf8.count <= 75) }
            #expect(!line.hasPrefix("."))
            #expect(!line.hasPrefix("From "))
        }
    }

    @Test("the shorter transfer encoding is chosen")
    func encodings() async throws {
        let cases: [(String, String)] = [
            ("plain\n", "7bit"), (String(repeating: "x", count: 998), "7bit"), (String(repeating: "x", count: 999), "quoted-printable"),
            ("Grüße an alle zusammen\n", "quoted-printable"), ("日本語のテキスト\n", "base64"), (".dot\n", "quoted-printable"),
            ("From me\n", "quoted-printable"), ("trailing \n", "quoted-printable"), ("a\r\nb\r\n", "7bit"),
            ("bell\u{7}", "quoted-printable"),
        ]
        let read = try await PythonMail.read(try cases.map { try message(text: $0.0).build() })
        #expect(read.map(\.root.encoding) == cases.map(\.1))
        #expect(read.allSatisfy { $0.root.charset == "UTF-8" && $0.defects.isEmpty })
    }

    @Test("grapheme clusters are not divided between encoded words")
    func clusters() throws {
        let family = "👨‍👩‍👧‍👦"
        let text = wireText(try message(subject: String(repeating: family, count: 6)).build())
        let words = text.split(separator: "=?UTF-8?B?").dropFirst().map { $0.prefix { $0 != "?" } }
        #expect(words.count == 6)
        #expect(Set(words).count == 1)
    }
}
