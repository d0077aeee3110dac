import Configuration
import ServiceRuntime

/// What the gateway reads from the configuration; faults name the key.
struct GatewayConfiguration: Sendable {
    struct Invalid: Error, CustomStringConvertible {
        var description: String
    }

    var publicURL: String
    var tokenKeysFile: String
    var spoolDirectory: String
    /// Requests a second of an API key without a limit of its own; 0 is no limit.
    var keyRate: Double
    /// Whose `X-Forwarded-For` is believed.
    var proxies: TrustedProxies
    var provider: ProviderConfiguration
    /// Used when no socket is inherited.
    var listen: HostAndPort

    /// Reads the keys of the README's table, such as `DATAMAILER_PUBLIC_URL`.
    init(_ reader: ConfigReader) throws {
        let state = reader.string(forKey: "datamailer.state.dir", default: "/var/lib/datamailer")
        publicURL = reader.string(forKey: "datamailer.public.url", default: "http://127.0.0.1:8080")
        tokenKeysFile = reader.string(forKey: "datamailer.token.keys.file", default: state + "/token-keys")
        spoolDirectory = reader.string(forKey: "datamailer.spool.dir", default: state + "/spool")
        let address = reader.string(forKey: "datamailer.http.listen", default: "127.0.0.1:8080")
        keyRate = reader.double(forKey: "datamailer.api.rate.per.key", default: 0)
        let proxyList = reader.string(forKey: "datamailer.trusted.proxies", default: "")
        guard let proxies = TrustedProxies(proxyList) else {
            throw Invalid(description: "DATAMAILER_TRUSTED_PROXIES: \(proxyList) is no list of addresses and blocks such as 127.0.0.1,10.0.0.0/8")
        }
        self.proxies = proxies
        provider = try ProviderConfiguration(reader)
        guard let listen = HostAndPort(address) else {
            throw Invalid(description: "DATAMAILER_HTTP_LISTEN: \(address) is not HOST:PORT")
        }
        self.listen = listen
    }
}
