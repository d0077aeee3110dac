import Foundation
import Testing
import Tokens

@Suite struct TokenKeysTests {
    static let secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    static let other = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="

    @Test("comments and empty lines are ignored and the first key is the current one")
    func text() throws {
        let keys = try TokenKeys(text: "# keys\n\n  200: \(Self.secret) \r\n#9:x\n1:\(Self.other)\n")
        #expect(keys.currentKeyID == 200)
        let old = TokenSigner(keys: try TokenKeys(text: "1:\(Self.other)")).sign(.view, kind: .campaign, messageID: 1)
        #expect(TokenVerifier(keys: keys).verify(old, purpose: .view) != nil)
    }

    @Test(
        "a bad file is refused by name",
        arguments: [
            ("", TokenKeysError.empty), ("# none\n", .empty),
            ("1:\(secret)\n1:\(other)", .duplicateID(1)),
            ("3:AAAA", .wrongSecretLength(id: 3)),
            ("\n256:\(secret)", .malformedLine(2)), ("+1:\(secret)", .malformedLine(1)), ("-1:\(secret)", .malformedLine(1)),
            (":\(secret)", .malformedLine(1)), ("1", .malformedLine(1)), ("1:\(secret):2", .malformedLine(1)),
            ("1:not base64", .malformedLine(1)), ("١:\(secret)", .malformedLine(1)),
        ]
    )
    func malformed(text: String, error: TokenKeysError) {
        #expect(throws: error) { try TokenKeys(text: text) }
    }

    @Test("an absent file is made once with mode 0600, and everyone who races for it gets the same key")
    func create() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("keys")
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 {
                group.addTask { TokenSigner(keys: try TokenKeys.loadOrCreate(path: path)).sign(.open, kind: .campaign, messageID: 1) }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(tokens.count == 1)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.root) == ["keys"])
    }

    @Test("an existing file is never replaced")
    func keep() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("keys")
        try "5:\(Self.secret)\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try TokenKeys.loadOrCreate(path: path).currentKeyID == 5)
        try "broken".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: TokenKeysError.malformedLine(1)) { try TokenKeys.loadOrCreate(path: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "broken")
    }

    @Test("what cannot be read, made or is too large is an error that names the file")
    func errors() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: TokenKeysError.self) { try TokenKeys.load(path: directory.path("absent")) }
        #expect(throws: TokenKeysError.self) { try TokenKeys.load(path: directory.root) }
        #expect(throws: TokenKeysError.self) { try TokenKeys.loadOrCreate(path: directory.path("absent/keys")) }
        let path = directory.path("large")
        try String(repeating: "#", count: 70_000).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: TokenKeysError.fileTooLarge(path: path)) { try TokenKeys.load(path: path) }
    }
}

/// A directory that goes with the value.
final class TemporaryDirectory: Sendable {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "tokens-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { root + "/" + name }
}
