import Foundation
import TestSupport

/// What Python's `email` package reads in a message.
struct ReadMessage: Decodable {
    struct Person: Decodable, Equatable {
        var name: String
        var address: String
    }

    struct Part: Decodable {
        var type: String
        var charset: String?
        var encoding: String?
        var disposition: String?
        var filename: String?
        var contentID: String?
        var body: Data?
        var parts: [Part]?

        var bytes: [UInt8] { body.map { Array($0) } ?? [] }
        var text: String { String(decoding: bytes, as: UTF8.self) }
    }

    var subject: String
    var from: [Person]
    var to: [Person]
    var cc: [Person]
    var date: String
    var headers: [[String]]
    var defects: [String]
    var root: Part

    func values(_ name: String) -> [String] {
        headers.filter { $0[0].lowercased() == name.lowercased() }.map { $0[1] }
    }
}

/// Python's `email` package, as the second opinion on what we build.
enum PythonMail {
    /// Reads all messages in one run of the interpreter.
    static func read(_ messages: [[UInt8]]) async throws -> [ReadMessage] {
        let input = try JSONEncoder().encode(messages.map { Data($0) })
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("mail-\(UUID().uuidString).json")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let output = try await TestProcess.run(["/usr/bin/env", "python3", "-c", script, file.path])
        return try JSONDecoder().decode([ReadMessage].self, from: output)
    }

    private static let script = """
        import base64, email, email.policy, json, sys
        from email.header import decode_header, make_header
        from email.utils import getaddresses

        # The structured parser of Python 3.11 puts a space between adjacent encoded words of a name, against RFC 2047 6.2;
        # decode_header does not.
        def people(message, name):
            raw = [v.replace("\\r\\n", "") for k, v in message.raw_items() if k.lower() == name.lower()]
            return [{"name": str(make_header(decode_header(n))), "address": a} for n, a in getaddresses(raw)]

        def part(p, defects):
            defects += [repr(d) for d in p.defects]
            for name, value in p.items():
                defects += [name + ": " + repr(d) for d in value.defects]
            out = {"type": p.get_content_type(), "charset": p.get_param("charset"), "encoding": p["Content-Transfer-Encoding"],
                   "disposition": p.get_content_disposition(), "filename": p.get_filename(), "contentID": p["Content-ID"]}
            if p.is_multipart():
                out["parts"] = [part(c, defects) for c in p.get_payload()]
            else:
                out["body"] = base64.b64encode(p.get_payload(decode=True)).decode()
            return out

        result = []
        for data in json.load(open(sys.argv[1])):
            message = email.message_from_bytes(base64.b64decode(data), policy=email.policy.default)
            defects = []
            root = part(message, defects)
            result.append({"subject": str(message["Subject"]), "from": people(message, "From"), "to": people(message, "To"),
                           "cc": people(message, "Cc"), "date": message["Date"].datetime.isoformat(),
                           "headers": [[k, str(v)] for k, v in message.items()], "defects": defects, "root": root})
        json.dump(result, sys.stdout)
        """
}
