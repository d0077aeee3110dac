import Foundation
import JSON

/// A message of the capture folder, as Python's `email` package reads it (`Tests/Fixtures/read_mail.py`).
struct CapturedMail: Sendable {
    var recipient: String
    var headers: JSONObject
    var html: String
    var text: String
    var defects: [String]

    func header(_ name: String) -> String { headers[name.lowercased()]?.stringValue ?? "" }

    /// The address in `<…>` of `List-Unsubscribe`.
    var unsubscribeLink: String { header("List-Unsubscribe").split(separator: "<").last.map { String($0.prefix { $0 != ">" }) } ?? "" }
    var pixel: String { link("/t/o/") }
    var clickLinks: [String] { links.filter { $0.contains("/t/c/") } }
    /// Every address of an attribute `href` or `src`, unescaped.
    var links: [String] {
        html.matches(of: /(?:href|src)="([^"]*)"/).map { $0.output.1.replacingOccurrences(of: "&amp;", with: "&") }
    }

    private func link(_ part: String) -> String { links.first { $0.contains(part) } ?? "" }

    static func readAll(_ up: UpProcess, _ folder: TemporaryFolder) async throws -> [CapturedMail] {
        let name = "mail-\(UUID().uuidString.prefix(8))"
        let process = try await KeptProcess.start(
            ["/usr/bin/python3", Fixtures.path("read_mail.py"), up.state + "/capture"],
            environment: up.environment,
            folder: folder,
            name: name
        )
        guard try await process.end(within: .seconds(30)) == 0 else { throw Late(description: process.errors) }
        return (try JSONValue.parse(process.output).arrayValue ?? []).map { mail in
            let headers = mail["headers"]?.objectValue ?? JSONObject()
            return CapturedMail(
                recipient: headers["to"]?.stringValue ?? "",
                headers: headers,
                html: mail["html"]?.stringValue ?? "",
                text: mail["text"]?.stringValue ?? "",
                defects: (mail["defects"]?.arrayValue ?? []).compactMap(\.stringValue)
            )
        }
    }
}
