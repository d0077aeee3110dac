import Foundation

/// The declarations of methods as they stand in the sources.
struct MethodSource: Sendable {
    var type: String
    var documentation: String
    /// The first lines of its body.
    var declaration: String
    /// The folder: the service that answers.
    var service: String

    var name: String { declaration.firstMatch(of: /static let name = "([^"]*)"/).map { String($0.output.1) } ?? "" }

    static func all(file: String = #filePath) throws -> [MethodSource] {
        let root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Sources/Shared/Contracts")
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return try files.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }.flatMap { file in
            read(
                try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n"),
                service: file.deletingLastPathComponent().lastPathComponent.lowercased()
            )
        }
    }

    private static func read(_ lines: [String], service: String) -> [MethodSource] {
        lines.indices.compactMap { index in
            guard let found = lines[index].firstMatch(of: /^package struct (\w+): .*(RPCMethod|TickMethod|VerifyMethod|HealthMethod|RecountMethod)/)
            else {
                return nil
            }
            let documentation = lines[..<index].reversed().prefix { $0.hasPrefix("///") }.reversed()
            let body = lines[index...].dropFirst().prefix { !$0.contains(" init(") && $0 != "}" }
            return MethodSource(
                type: String(found.output.1),
                documentation: documentation.map { $0.dropFirst(3) }.joined(separator: "\n"),
                declaration: body.joined(separator: "\n"),
                service: service
            )
        }
    }
}
