import Foundation
import TestSupport

/// A certificate authority of a test's own, with one certificate for a server; made by the `openssl` command.
struct TestAuthority: Sendable {
    let file: String
    let certificate: String
    let key: String

    /// - Parameter name: what the server's certificate is for, as `subjectAltName` spells it.
    init(_ directory: URL, name: String = "IP:127.0.0.1") async throws {
        let folder = directory.appendingPathComponent("authority-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        file = folder + "/ca.pem"
        certificate = folder + "/server.pem"
        key = folder + "/server.key"
        let fresh = ["/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        try await TestProcess.run(fresh + ["-subj", "/CN=test authority", "-keyout", folder + "/ca.key", "-out", file])
        let signed = ["-CA", file, "-CAkey", folder + "/ca.key", "-subj", "/CN=relay", "-addext", "subjectAltName=\(name)"]
        try await TestProcess.run(
            fresh + signed + ["-addext", "basicConstraints=critical,CA:FALSE", "-keyout", key, "-out", certificate]
        )
    }
}
