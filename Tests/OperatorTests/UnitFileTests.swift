import Foundation
import ServiceRuntime
import Testing

@testable import Operator

/// The systemd units, as far as they must agree with the code.
@Suite("Units")
struct UnitFileTests {
    @Test("each service logs in as its own role by default, and none of them is given the owner's login", arguments: ServiceName.allCases)
    func logins(name: ServiceName) throws {
        let unit = try Self.lines("datamailer-\(name.rawValue).service")
        let key = "DATAMAILER_\(name.rawValue.uppercased())_DATABASE_URL"
        let url = "postgresql://\(name.databaseRole)@/datamailer?host=/run/postgresql"
        #expect(unit.contains("Environment=\(key)=\(url)"))
        #expect(unit.contains("User=\(name.userName)"))
        let owners = unit.filter { $0.contains("DATAMAILER_DATABASE_URL") || $0.contains("owner") }
        #expect(owners.isEmpty, "\(owners)")
        let files = unit.filter { $0.hasPrefix("EnvironmentFile=") }
        #expect(files == ["EnvironmentFile=-/etc/datamailer/datamailer.conf"])
        // What stands in the file wins over the default before it.
        let order = [unit.firstIndex(of: "Environment=\(key)=\(url)"), unit.firstIndex(of: files[0])].compactMap(\.self)
        #expect(order.count == 2 && order[0] < order[1])
    }

    @Test("the migration alone has the owner's login, from a file of its own")
    func owner() throws {
        let unit = try Self.lines("datamailer-migrate.service")
        #expect(unit.contains("Environment=DATAMAILER_DATABASE_URL=postgresql://datamailer@/datamailer?host=/run/postgresql"))
        #expect(unit.last { $0.hasPrefix("EnvironmentFile=") } == "EnvironmentFile=-/etc/datamailer/owner.conf")
        #expect(unit.contains("User=datamailer"))
        #expect(unit.contains("LoadCredential=owner-database-password"))
    }

    @Test("each service may have its password; a credential that need not be there is named without a path, which systemd passes over")
    func credentials() throws {
        for name in ServiceName.allCases {
            let unit = try Self.lines("datamailer-\(name.rawValue).service")
            let credentials = unit.filter { $0.hasPrefix("LoadCredential=") }.map { String($0.dropFirst("LoadCredential=".count)) }
            #expect(credentials.contains("\(name.rawValue)-database-password"))
            let withPath = credentials.filter { $0.contains(":") || $0.contains("/") }
            #expect(withPath.allSatisfy { $0 == "token-keys:/var/lib/datamailer/keys/token-keys" }, "\(withPath)")
        }
    }

    @Test("the tick comes after every service's socket, and the documentation that units name is installed and not empty")
    func documentation() throws {
        for page in ["docs/operations.md", "systemd/README.md"] {
            let text = try String(contentsOf: Self.root.appendingPathComponent(page), encoding: .utf8)
            #expect(text.split(separator: "\n").count > 40, "\(page)")
        }
        let install = try String(contentsOf: Self.root.appendingPathComponent("scripts/install"), encoding: .utf8)
        #expect(install.contains("docs/operations.md \"$destination/usr/share/doc/datamailer/operations.md\""))
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.root.path + "/systemd") where name.hasPrefix("datamailer-") {
            guard !name.hasSuffix(".d") else { continue }
            #expect(try Self.lines(name).contains("Documentation=file:///usr/share/doc/datamailer/operations.md"), "\(name)")
        }
        let tick = try Self.lines("datamailer-tick.service").first { $0.hasPrefix("After=") } ?? ""
        for name in ServiceName.allCases { #expect(tick.contains("datamailer-\(name.rawValue).socket")) }
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func lines(_ unit: String) throws -> [String] {
        try String(contentsOf: root.appendingPathComponent("systemd/\(unit)"), encoding: .utf8).components(separatedBy: "\n")
            .filter { !$0.hasPrefix("#") }
    }
}
