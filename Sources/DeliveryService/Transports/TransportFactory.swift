import Foundation
import HTTPTransport
import Logging
import ServiceRuntime
import Systemd

/// Makes the configured transport; what is wrong with the configuration is named by its key.
enum TransportFactory {
    static func make(_ configuration: DeliveryConfiguration, _ environment: ServiceEnvironment) throws -> any MailTransport {
        switch configuration.transport {
        case .capture: try CaptureTransport(directory: configuration.captureDirectory)
        case .ses: try ses(configuration, AWSSettings(environment.configuration), environment.logger)
        case .smtp: try smtp(configuration.smtpURL, authorityFile: configuration.smtpAuthorityFile, credentials: SystemdCredentials())
        }
    }

    static func ses(_ configuration: DeliveryConfiguration, _ settings: AWSSettings, _ logger: Logger) throws -> SESTransport {
        guard let region = settings.region else {
            throw DeliveryConfiguration.Invalid(
                description: "AWS_REGION: must be set for DATAMAILER_TRANSPORT=ses, or the profile must have a region"
            )
        }
        guard let regional = SESEndpoint(region: region) else {
            throw DeliveryConfiguration.Invalid(description: "AWS_REGION: \(region) is no name of a region")
        }
        return SESTransport(
            region: region,
            endpoint: try endpoint(settings) ?? regional,
            configurationSet: try configurationSet(configuration.sesConfigurationSet),
            credentials: AWSCredentialChain(settings: settings),
            logger: logger
        )
    }

    private static func endpoint(_ settings: AWSSettings) throws -> SESEndpoint? {
        for key in ["AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL"] {
            guard let url = settings[key] else { continue }
            guard let endpoint = SESEndpoint(url: url) else {
                throw DeliveryConfiguration.Invalid(description: "\(key): \(url) is not an http(s) URL")
            }
            return endpoint
        }
        return nil
    }

    private static func configurationSet(_ name: String?) throws -> String? {
        guard let name else { return nil }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
            default: false
            }
        }
        guard isPlain, name.utf8.count <= 64 else {
            throw DeliveryConfiguration.Invalid(
                description: "DATAMAILER_SES_CONFIGURATION_SET: at most 64 of the characters A-Z, a-z, 0-9, - and _"
            )
        }
        return name
    }

    /// The password may be in the URL or in the systemd credential `smtp-password`.
    static func smtp(_ url: String?, authorityFile: String? = nil, credentials: SystemdCredentials) throws -> SMTPMailTransport {
        guard let url else {
            throw DeliveryConfiguration.Invalid(description: "DATAMAILER_SMTP_URL: must be set for DATAMAILER_TRANSPORT=smtp")
        }
        // The value is not shown: it may hold a password.
        guard var server = SMTPServer(url: url) else {
            throw DeliveryConfiguration.Invalid(
                description: "DATAMAILER_SMTP_URL: not smtp:// or smtps:// [user[:password]@]host[:port][?starttls=required|optional|none]"
            )
        }
        if server.user != nil, server.password == nil {
            guard let password = credentials.text("smtp-password") else {
                throw DeliveryConfiguration.Invalid(
                    description: "DATAMAILER_SMTP_URL: no password in it, and no credential file smtp-password"
                )
            }
            server.password = password
            // As with a password in the URL, it never travels in the clear unless that was asked for.
            if server.security == .optional, !url.contains("starttls=") { server.security = .required }
        }
        if let authorityFile {
            guard let text = try? String(contentsOfFile: authorityFile, encoding: .utf8), text.contains("-----BEGIN CERTIFICATE-----") else {
                throw DeliveryConfiguration.Invalid(
                    description: "DATAMAILER_SMTP_CA_FILE: \(authorityFile) is no readable PEM file with a certificate"
                )
            }
            server.certificateAuthorityFile = authorityFile
        }
        return SMTPMailTransport(server: server)
    }
}
