import Foundation
import Systemd
import Testing

@Suite struct SystemdCredentialsTests {
    @Test("a credential is found by its name and read without its last line end")
    func read() throws {
        let directory = NSTemporaryDirectory() + "credentials-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try "secret\r\n".write(toFile: directory + "/password", atomically: true, encoding: .utf8)
        try Data([0xFF]).write(to: URL(fileURLWithPath: directory + "/binary"))
        let credentials = SystemdCredentials(directory: directory)
        #expect(credentials.path("password") == directory + "/password")
        #expect(credentials.text("password") == "secret")
        #expect(credentials.text("binary") == nil)
        for name in ["absent", "", ".", "..", "../password", "a/b", "password\0"] {
            #expect(credentials.path(name) == nil)
            #expect(credentials.text(name) == nil)
        }
    }

    @Test("without a directory there is none")
    func absent() {
        #expect(SystemdCredentials(directory: nil).path("password") == nil)
        #expect(SystemdCredentials(directory: "").text("password") == nil)
    }
}
