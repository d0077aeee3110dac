import ArgumentParser
@testable import Operator
import Testing

@Suite("Arguments of up and migrate")
struct ArgumentTests {
    @Test(
        "what makes no sense is refused with a usage error",
        arguments: [
            ["up", "--listen", "8080"], ["up", "--listen", "127.0.0.1:99999"], ["up", "--exit"], ["up", "--what"], ["migrate", "now"],
            ["fly"],
        ]
    )
    func refused(words: [String]) {
        let error = #expect(throws: (any Error).self) { _ = try Datamailer.parseAsRoot(words) }
        if let error { #expect(Datamailer.exitCode(for: error) == .validationFailure) }
    }

    @Test("the defaults of up")
    func defaults() throws {
        let command = try #require(try Datamailer.parseAsRoot(["up"]) as? UpCommand)
        #expect(command.listen == "127.0.0.1:8080")
        #expect(command.state == nil)
        #expect(!command.demo)
    }

    @Test("paths are taken from the current directory", arguments: [("/a/../b/./c", "/b/c"), ("/a//b/", "/a/b")])
    func paths(path: String, expected: String) { #expect(Paths.absolute(path) == expected) }
}
