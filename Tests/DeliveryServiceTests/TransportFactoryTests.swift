import Configuration
import Logging
import Systemd
import Testing

@testable import DeliveryService

@Suite("The configuration of transports")
struct TransportFactoryTests {
    private func ses(_ values: [String: String], set: String? = nil) throws -> SESTransport {
        var configuration = try DeliveryConfiguration(ConfigReader(provider: InMemoryProvider(values: [:])))
        configuration.sesConfigurationSet = set
        return try TransportFactory.ses(configuration, AWSSettings { $0 == "HOME" ? "/nowhere" : values[$0] }, .silent)
    }

    @Test("SES is reached at its region, or where AWS' own settings say")
    func endpoints() throws {
        #expect(try ses(["AWS_REGION": "eu-west-1"]).endpoint.base == "https://email.eu-west-1.amazonaws.com")
        #expect(try ses(["AWS_DEFAULT_REGION": "cn-north-1"]).endpoint.host == "email.cn-north-1.amazonaws.com.cn")
        let both = ["AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://a:1", "AWS_ENDPOINT_URL_SESV2": "http://b:2/x/"]
        #expect(try ses(both).endpoint.base == "http://b:2/x")
        #expect(try ses(both).endpoint.host == "b:2")
        #expect(try ses(both).account == "ses:eu-west-1")
    }

    @Test(
        "a fault names its key",
        arguments: [
            ([:], nil, "AWS_REGION"), (["AWS_REGION": "Mars!"], nil, "AWS_REGION"),
            (["AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SESV2": "b:2"], nil, "AWS_ENDPOINT_URL_SESV2"),
            (["AWS_REGION": "eu-west-1"], "a b", "DATAMAILER_SES_CONFIGURATION_SET"),
        ] as [([String: String], String?, String)]
    )
    func faults(values: [String: String], set: String?, key: String) {
        #expect {
            try ses(values, set: set)
        } throws: { "\($0)".hasPrefix(key + ":") }
    }

    @Test("an SMTP URL needs a password for its user, and never shows one")
    func smtp() throws {
        let none = SystemdCredentials(directory: nil)
        #expect(try TransportFactory.smtp("smtp://user:secret@relay:587", credentials: none).account == "smtp:relay:587")
        #expect(try TransportFactory.smtp("smtps://relay", credentials: none).account == "smtp:relay:465")
        for url in [nil, "http://user:secret@relay", "smtp://user@relay", "smtp://relay?starttls=maybe"] {
            #expect {
                _ = try TransportFactory.smtp(url, credentials: none)
            } throws: { "\($0)".hasPrefix("DATAMAILER_SMTP_URL:") && !"\($0)".contains("secret") }
        }
    }

    @Test("a file of authorities that cannot be read, or holds no certificate, is refused by name", arguments: ["/nowhere/ca.pem", "/etc/hostname"])
    func authorities(path: String) {
        #expect {
            _ = try TransportFactory.smtp("smtp://relay", authorityFile: path, credentials: SystemdCredentials(directory: nil))
        } throws: { "\($0)".hasPrefix("DATAMAILER_SMTP_CA_FILE: \(path)") }
    }

    @Test("an unknown transport and a rate that is none are refused by name")
    func configuration() throws {
        for (name, value) in [
            ("DATAMAILER_TRANSPORT", "pigeon"), ("DATAMAILER_MAX_SEND_RATE", "0"), ("DATAMAILER_MAX_SEND_RATE", "fast"),
            ("DATAMAILER_QUEUE", "sqs"), ("DATAMAILER_QUEUE", "rabbit"),
        ] {
            let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: [name: value]))
            #expect {
                try DeliveryConfiguration(reader)
            } throws: { "\($0)".hasPrefix(name + ":") }
        }
    }

    @Test("the systemd unit hands over the credentials that are looked for, and starts without them")
    func credentials() throws {
        let unit = try Repository.lines("systemd/datamailer-delivery.service")
        #expect(unit.contains("LoadCredential=smtp-password"))
        #expect(unit.contains("LoadCredential=\(SystemdFileCredentials.name)"))
    }

    @Test("settings are found under the names of the environment")
    func environment() throws {
        let variables = [
            "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SESV2": "http://b:2", "DATAMAILER_TRANSPORT": "ses",
            "DATAMAILER_SES_CONFIGURATION_SET": "set", "DATAMAILER_SMTP_URL": "smtp://relay", "DATAMAILER_MAX_SEND_RATE": "12.5",
            "DATAMAILER_SMTP_CA_FILE": "/ca.pem",
        ]
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: variables))
        let configuration = try DeliveryConfiguration(reader)
        #expect(configuration.transport == .ses && configuration.maximumSendRate == 12.5)
        #expect(configuration.smtpURL == "smtp://relay" && configuration.sesConfigurationSet == "set")
        #expect(configuration.smtpAuthorityFile == "/ca.pem")
        let transport = try TransportFactory.ses(configuration, AWSSettings(reader), .silent)
        #expect(transport.endpoint.base == "http://b:2" && transport.configurationSet == "set")
    }
}
