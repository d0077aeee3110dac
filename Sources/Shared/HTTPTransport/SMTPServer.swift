import Foundation

/// An SMTP relay and how to talk to it.
package struct SMTPServer: Sendable {
    /// When the connection is encrypted.
    package enum Security: String, Sendable {
        /// From the first byte (`smtps:`).
        case implicit
        /// By STARTTLS, and not at all without it.
        case required
        /// By STARTTLS if the server offers it.
        case optional
        /// Never.
        case none
    }

    package var host: String
    /// Nil is the scheme's port: 465 with ``Security/implicit``, else 25.
    package var port: Int?
    package var security: Security
    package var user: String?
    package var password: String?
    /// What this client calls itself in EHLO; nil is the machine's name.
    package var clientName: String?
    /// A PEM file of trusted authorities in place of the system's.
    package var certificateAuthorityFile: String?

    package init(host: String, port: Int? = nil, security: Security, user: String? = nil, password: String? = nil) {
        self.host = host
        self.port = port
        self.security = security
        self.user = user
        self.password = password
    }

    /// Reads `smtp://` or `smtps://` `[user:password@]host[:port][?starttls=required|optional|none]` (`DATAMAILER_SMTP_URL`).
    ///
    /// STARTTLS is required by default where there is a password, so that it never travels in the clear, and optional elsewhere.
    package init?(url: String) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/",
            parts.port.map({ (1...65_535).contains($0) }) ?? true
        else { return nil }
        let setting = parts.queryItems?.first { $0.name == "starttls" }?.value
        let security: Security
        switch (parts.scheme?.lowercased(), setting) {
        case ("smtps", nil): security = .implicit
        case ("smtp", nil): security = parts.password == nil ? .optional : .required
        case ("smtp", "required"): security = .required
        case ("smtp", "optional"): security = .optional
        case ("smtp", "none"): security = .none
        default: return nil
        }
        self.init(host: host, port: parts.port, security: security, user: parts.user, password: parts.password)
    }

    /// The URL for libcurl, without the password.
    var transferURL: String {
        let scheme = security == .implicit ? "smtps" : "smtp"
        let isAddress = host.contains(":") && !host.hasPrefix("[")
        return "\(scheme)://\(isAddress ? "[\(host)]" : host)" + (port.map { ":\($0)" } ?? "") + (clientName.map { "/\($0)" } ?? "")
    }
}
