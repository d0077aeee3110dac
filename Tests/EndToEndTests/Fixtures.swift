import Foundation
import TestSupport

/// Files beside the tests.
enum Fixtures {
    static func path(_ name: String, file: String = #filePath) -> String {
        URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/\(name)").path
    }

    /// Where the executables of this build are.
    static func executable(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name).path
        guard access(path, X_OK) == 0 else { throw Late(description: "\(path) is not built") }
        return path
    }

    /// A command of the tests' own Python environment (`scripts/install-test-tools`).
    static func testTool(_ name: String, file: String = #filePath) throws -> String {
        let root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let path = root.appendingPathComponent(".build/test-tools/bin/\(name)").path
        guard access(path, X_OK) == 0 else { throw Late(description: "no \(path); run scripts/install-test-tools") }
        return path
    }

    /// A Python that has botocore, which the fake of SES checks signatures with.
    static func pythonWithBotocore() async throws -> String {
        let found = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
        for python in ["/usr/bin/python3"] + found where access(python, X_OK) == 0 {
            if (try? await TestProcess.run([python, "-c", "import botocore"])) != nil { return python }
        }
        throw Late(description: "no python3 with botocore; install python3-botocore")
    }
}
