import Dispatch
import Foundation
import Synchronization

/// A throwaway Postgres server: Unix socket only, no passwords, nothing synced to disk, gone with this process however it ends.
///
/// `DATAMAILER_TEST_DATABASE_URL` (a URI of a role that may create databases and roles) replaces the shared one. Without it Debian's
/// `postgresql-15` is needed; as root it runs as user `postgres`, since the server refuses root.
package final class TestCluster: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// A URI of its owner, for the database `postgres`.
    package let adminURL: String
    private let watchdog: Watchdog?

    private init(adminURL: String, watchdog: Watchdog?) {
        self.adminURL = adminURL
        self.watchdog = watchdog
    }

    /// The one that all tests of this process share; started at its first use.
    package static func shared() async throws -> TestCluster { try await sharedStart.value }

    // The first test's cancellation must not take the server from the others: a task of its own.
    private static let sharedStart = Task<TestCluster, any Error> {
        if let url = ProcessInfo.processInfo.environment["DATAMAILER_TEST_DATABASE_URL"], !url.isEmpty {
            return TestCluster(adminURL: url, watchdog: nil)
        }
        return try await start()
    }

    /// A server of the caller's own, for tests that stop it.
    package static func start() async throws -> TestCluster {
        let watchdog = try Watchdog()
        let answer = try await watchdog.answer()
        guard answer.hasPrefix("/") else { throw Failure(description: "no Postgres for tests: \(answer)") }
        return TestCluster(adminURL: "postgresql:///postgres?host=\(answer)&user=datamailer_owner", watchdog: watchdog)
    }

    /// Stops the server at once; clients lose their connections.
    package func stop() async throws { try await command("stop") }
    /// As after a power cut: nothing is written, nobody is told.
    package func crash() async throws { try await command("crash") }
    package func restart() async throws { try await command("start") }
    /// Removes a server of the caller's own.
    package func remove() async throws { try await command("remove") }

    private func command(_ text: String) async throws {
        guard let watchdog else { throw Failure(description: "the server of DATAMAILER_TEST_DATABASE_URL is not ours to stop") }
        try watchdog.send(text)
        let answer = try await watchdog.answer()
        guard answer == "done" else { throw Failure(description: "\(text): \(answer)") }
    }

    /// The URI of a database of this server, for its owner or another role.
    package func url(database: String, role: String?) -> String {
        guard var parts = URLComponents(string: adminURL) else { return adminURL }
        parts.path = "/\(database)"
        guard let role else { return parts.string ?? adminURL }
        var items = (parts.queryItems ?? []).filter { $0.name != "user" && $0.name != "password" }
        if parts.host?.isEmpty ?? true {
            items.append(URLQueryItem(name: "user", value: role))
        } else {
            parts.user = role
            parts.password = nil
        }
        parts.queryItems = items.isEmpty ? nil : items
        return parts.string ?? adminURL
    }
}
