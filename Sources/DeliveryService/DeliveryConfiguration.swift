import Configuration
import ServiceRuntime

/// What Delivery reads from the configuration; faults name the key.
struct DeliveryConfiguration: Sendable {
    enum Transport: String, Sendable { case capture, ses, smtp }

    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    var transport: Transport
    var captureDirectory: String
    var publicURL: String
    var tokenKeysFile: String
    var smtpURL: String?
    /// A PEM file of the authorities that the relay's certificate is checked against, in place of the system's.
    var smtpAuthorityFile: String?
    var sesConfigurationSet: String?
    /// Messages a second; nil is what the provider says, or unlimited.
    var maximumSendRate: Double?

    /// Keys as in the README's table: `DATAMAILER_TRANSPORT`, `DATAMAILER_CAPTURE_DIR` and so on.
    init(_ reader: ConfigReader) throws {
        let transportName = reader.string(forKey: "datamailer.transport", default: Transport.capture.rawValue)
        guard let transport = Transport(rawValue: transportName) else {
            throw Invalid(description: "DATAMAILER_TRANSPORT: \(transportName) is none of capture, ses, smtp")
        }
        self.transport = transport
        _ = try QueueBackend(configured: reader.string(forKey: "datamailer.queue"))
        let state = reader.string(forKey: "datamailer.state.dir", default: "/var/lib/datamailer")
        captureDirectory = reader.string(forKey: "datamailer.capture.dir", default: state + "/capture")
        publicURL = reader.string(forKey: "datamailer.public.url", default: "http://127.0.0.1:8080")
        tokenKeysFile = reader.string(forKey: "datamailer.token.keys.file", default: state + "/token-keys")
        smtpURL = reader.string(forKey: "datamailer.smtp.url", isSecret: true).flatMap { $0.isEmpty ? nil : $0 }
        smtpAuthorityFile = reader.string(forKey: "datamailer.smtp.ca.file").flatMap { $0.isEmpty ? nil : $0 }
        sesConfigurationSet = reader.string(forKey: "datamailer.ses.configuration.set").flatMap { $0.isEmpty ? nil : $0 }
        // Read as text, so that what is no number is refused and not passed over.
        let rate = reader.string(forKey: "datamailer.max.send.rate").flatMap { $0.isEmpty ? nil : $0 }
        maximumSendRate = rate.flatMap(Double.init)
        if rate != nil, !(maximumSendRate.map { $0 > 0 && $0 <= 1_000_000 } ?? false) {
            throw Invalid(description: "DATAMAILER_MAX_SEND_RATE: must be a number above 0 and at most 1000000")
        }
    }
}
