import Foundation

/// A Python program of ours that serves until the test is over.
final class PythonProcess: @unchecked Sendable {
    // Sendable: nothing is changed after `init`, and ending a process is safe from any thread.
    private let process = Process()
    private let input = Pipe()
    let firstLine: String

    struct Failure: Error { var description: String }

    /// The repository's root.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Starts it and waits for the first line that it prints.
    init(_ arguments: [String]) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while true {
            let data = output.fileHandleForReading.availableData
            line += data
            if data.isEmpty || line.contains(0x0A) { break }
        }
        guard let end = line.firstIndex(of: 0x0A) else { throw Failure(description: "\(arguments): no first line") }
        firstLine = String(decoding: line[..<end], as: UTF8.self)
    }

    /// Runs a program to its end with a text on standard input, and gives what it prints.
    static func run(_ script: String, input text: Data) throws -> Data {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("datamailer-\(UUID().uuidString)")
        try text.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script, file.path]
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "the script failed") }
        return data
    }

    deinit { process.terminate() }
}
