import CLibCurl
import CLibPQ
import COpenSSL
import Configuration
import Contracts
import Foundation
import JSONRPC
import Postgres
import Schemas
import ServiceRuntime
import Tokens

/// What one check found.
struct Finding: Sendable, Equatable {
    enum Result: String, Sendable { case ok, warn, fail }

    var check: String
    var result: Result
    /// What was found, and what to do when it is not well.
    var text: String
}

/// The checks of `datamailer doctor`; each looks and changes nothing.
struct Doctor: Sendable {
    let services: ServiceOptions
    /// The environment, then the file that `DATAMAILER_CONFIG_FILE` names.
    let reader: ConfigReader

    func examine() async -> [Finding] {
        var findings = [libraries(), publicURL(), transport(), queue(), tokenKeys(), disk()]
        findings += await reachability()
        return findings
    }

    private func libraries() -> Finding {
        let openssl = String(cString: OpenSSL_version(0))
        let curl = String(cString: curl_version())
        let supported = OpenSSL_version_num() >= 0x3000_0000 && PQlibVersion() >= 140_000
        return Finding(
            check: "libraries",
            result: supported ? .ok : .fail,
            text: "libpq \(PQlibVersion() / 10_000), \(openssl), \(curl.split(separator: " ").first ?? "")"
                + (supported ? "" : "; OpenSSL 3 and libpq 14 or newer are needed")
        )
    }

    private func publicURL() -> Finding {
        guard let url = text("datamailer.public.url") else {
            return Finding(check: "public URL", result: .warn, text: "DATAMAILER_PUBLIC_URL is not set; links in mail lead to this machine only")
        }
        let isSecure = url.hasPrefix("https://")
        return Finding(
            check: "public URL",
            result: isSecure ? .ok : .warn,
            text: isSecure ? url : "\(url) is not https; mailbox providers offer one-click unsubscribing for https only"
        )
    }

    private func transport() -> Finding {
        switch text("datamailer.transport") ?? "capture" {
        case "capture": Finding(check: "transport", result: .ok, text: "capture: messages become files, nobody is mailed")
        case "smtp": required("transport", "DATAMAILER_SMTP_URL", text("datamailer.smtp.url"), "smtp")
        case "ses": required("transport", "AWS_REGION", text("aws.region") ?? text("aws.default.region"), "ses")
        case let other: Finding(check: "transport", result: .fail, text: "DATAMAILER_TRANSPORT=\(other) is none of capture, ses, smtp")
        }
    }

    private func required(_ check: String, _ key: String, _ value: String?, _ name: String) -> Finding {
        Finding(check: check, result: value == nil ? .fail : .ok, text: value == nil ? "\(name) needs \(key)" : name)
    }

    private func queue() -> Finding {
        do {
            return Finding(check: "queue", result: .ok, text: try QueueBackend(configured: text("datamailer.queue")).rawValue)
        } catch {
            return Finding(check: "queue", result: .fail, text: "\(error)")
        }
    }

    private func tokenKeys() -> Finding {
        // Under systemd they stand in a directory of their own.
        let places = ["/token-keys", "/keys/token-keys"].map { stateDirectory + $0 }
        let path = text("datamailer.token.keys.file") ?? places.first { FileManager.default.fileExists(atPath: $0) } ?? places[0]
        do {
            let keys = try TokenKeys.load(path: path)
            return Finding(check: "token keys", result: .ok, text: "\(path), current key \(keys.currentKeyID)")
        } catch {
            return Finding(check: "token keys", result: .fail, text: "\(path): \(error); `datamailer migrate` makes it")
        }
    }

    private func disk() -> Finding {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: stateDirectory)
        guard let free = attributes?[.systemFreeSize] as? Int64 else {
            return Finding(check: "disk", result: .warn, text: "\(stateDirectory) does not exist yet")
        }
        let megabytes = free / 1_048_576
        return Finding(
            check: "disk",
            result: megabytes > 1_024 ? .ok : .warn,
            text: "\(megabytes) MiB free at \(stateDirectory)" + (megabytes > 1_024 ? "" : "; the spool and Postgres need room")
        )
    }

    private var stateDirectory: String {
        if let state = services.state { return Paths.absolute(state) }
        if let configured = text("datamailer.state.dir") { return configured }
        return services.runtimeDirectory == "/run/datamailer" ? "/var/lib/datamailer" : RuntimeDirectory.defaultStateDirectory()
    }

    /// Nil for what is not set, or empty.
    private func text(_ key: String) -> String? { reader.string(forKey: ConfigKey(key)).flatMap { $0.isEmpty ? nil : $0 } }
}
