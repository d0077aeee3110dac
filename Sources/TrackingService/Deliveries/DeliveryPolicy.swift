import Configuration
import HTTPTransport
import ServiceRuntime

/// Where deliveries may go, and how long a receiver may take.
struct DeliveryPolicy: Sendable, Equatable {
    /// Ports beside 443 that clients may name.
    var ports: Set<Int> = [443]
    /// Plain HTTP to this machine, at any port: for development and tests.
    var allowsLoopback = false
    /// In place of Mailchimp's own address, for tests: `http://127.0.0.1:port`.
    var mailchimpURL: String?
    var timeout: Duration = .seconds(15)
    /// Requests of this process to one endpoint at a time; one that fails gets a single one.
    var endpointConcurrency = 4
    /// Requests of this process at a time.
    var concurrency = 256
    /// The length of a lease; longer than the timeout, so that nobody else delivers meanwhile.
    var lease: Duration = .seconds(45)

    /// `DATAMAILER_WEBHOOK_PORTS` (comma-separated, beside 443), `DATAMAILER_WEBHOOK_ALLOW_LOOPBACK` (1), `DATAMAILER_MAILCHIMP_URL`.
    init(_ reader: ConfigReader) throws {
        for part in reader.string(forKey: "datamailer.webhook.ports", default: "").split(separator: ",") {
            guard let port = Int(part), (1...65_535).contains(port) else {
                throw StartFailure("DATAMAILER_WEBHOOK_PORTS has \"\(part)\"; it must be port numbers with commas between them")
            }
            ports.insert(port)
        }
        let loopback = reader.string(forKey: "datamailer.webhook.allow.loopback", default: "0")
        guard ["0", "1", "true", "false", ""].contains(loopback) else {
            throw StartFailure("DATAMAILER_WEBHOOK_ALLOW_LOOPBACK is \"\(loopback)\"; it must be 1 or 0")
        }
        allowsLoopback = loopback == "1" || loopback == "true"
        mailchimpURL = reader.string(forKey: "datamailer.mailchimp.url").flatMap { $0.isEmpty ? nil : $0 }
    }

    init() {}

    /// The client that enforces the addresses, after every name lookup.
    var transport: HTTPTransport {
        var configuration = HTTPTransportConfiguration()
        configuration.maximumConnections = concurrency
        configuration.allowsPlainHTTP = allowsLoopback
        configuration.addressPolicy = allowsLoopback ? .publicOrLoopback : .publicOnly
        return HTTPTransport(configuration)
    }
}
