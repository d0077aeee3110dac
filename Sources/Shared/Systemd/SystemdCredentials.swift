import Glibc

/// The files that `LoadCredential=` and its kin put into `$CREDENTIALS_DIRECTORY`.
package struct SystemdCredentials: Sendable {
    private let directory: String?

    /// Uses the directory of the environment, if there is one.
    package init() {
        self.init(directory: getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) })
    }

    package init(directory: String?) {
        self.directory = directory.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The path of the credential; nil when there is none of the name, or the name is not a plain file name.
    package func path(_ name: String) -> String? {
        guard let directory, Self.isPlain(name) else { return nil }
        let path = directory + "/" + name
        return access(path, R_OK) == 0 ? path : nil
    }

    /// The content of the credential, 1 MiB at most, without one line end at its end; nil when there is none or it cannot be read.
    package func text(_ name: String) -> String? {
        guard let path = path(name), let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1_048_577)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0, count < bytes.count else { return nil }
        var content = bytes.prefix(count)
        if content.last == UInt8(ascii: "\n") { content.removeLast() }
        if content.last == UInt8(ascii: "\r") { content.removeLast() }
        return String(validating: content, as: UTF8.self)
    }

    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != 0 }
    }
}
