import Foundation

/// What the command writes; each call leaves the process before it returns.
enum Terminal {
    static func line(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }
    static func errorLine(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
    /// Replaces the current line of stderr, for progress.
    static func progress(_ text: String) { FileHandle.standardError.write(Data(("\r\u{1B}[K" + text).utf8)) }
    /// Whether a person looks at stderr.
    static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }
}
