import Foundation
import Postgres

/// Debian's pgbouncer in transaction mode in front of the tests' server: two server connections a role, so that clients really share them.
///
/// It ends with this process, however that ends.
package struct PgBouncer: Sendable {
    /// Where its socket is.
    package let directory: String
    private let process: TestProcess

    /// Starts one, runs the body, and ends it.
    package static func run(_ body: (PgBouncer) async throws -> Void) async throws {
        let pooler = try await PgBouncer(cluster: try await TestCluster.shared())
        do {
            try await body(pooler)
        } catch {
            try? await pooler.end()
            throw error
        }
        try await pooler.end()
    }

    /// The URI of a database for a role, through the pooler.
    package func url(_ database: TestDatabase, role: String) -> String {
        "postgresql://\(role)@/\(database.name)?host=\(directory)&port=6432"
    }

    private init(cluster: TestCluster) async throws {
        directory = "/tmp/datamailer-pooler-\(UUID().uuidString.prefix(13).lowercased())"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try Self.configuration(directory, cluster).write(toFile: directory + "/pgbouncer.ini", atomically: true, encoding: .utf8)
        let roles = ["datamailer_owner", "audience", "campaign", "delivery", "tracking", "gateway"].map { $0.contains("_") ? $0 : "datamailer_" + $0 }
        try roles.map { "\"\($0)\" \"\"\n" }.joined().write(toFile: directory + "/users.txt", atomically: true, encoding: .utf8)
        // It refuses root, and it does not end with its input: the shell sees to both.
        let script = """
            as=; if [ "$(id -u)" = 0 ]; then chown -R postgres "$1"; as="setpriv --reuid=postgres --regid=postgres --init-groups"; fi
            cd /; $as /usr/sbin/pgbouncer "$1/pgbouncer.ini" >"$1/out" 2>&1 & pid=$!
            while kill -0 $pid 2>/dev/null && [ ! -S "$1/.s.PGSQL.6432" ]; do sleep 0.05; done
            kill -0 $pid 2>/dev/null && echo ready || { tail -n 3 "$1/out"; exit 1; }
            read -r _; kill $pid; wait $pid; exit 0
            """
        process = try TestProcess(["/bin/sh", "-c", script, "sh", directory])
        let line = try await process.firstLine()
        guard line == "ready" else { throw TestProcess.Failure(description: "pgbouncer: \(line); scripts/install-dependencies --test installs it") }
    }

    private func end() async throws {
        try await process.finish()
        try FileManager.default.removeItem(atPath: directory)
    }

    private static func configuration(_ directory: String, _ cluster: TestCluster) -> String {
        let parts = URLComponents(string: cluster.adminURL)
        let items = parts?.queryItems ?? []
        let host = items.first { $0.name == "host" }?.value ?? parts?.host ?? "127.0.0.1"
        let port = items.first { $0.name == "port" }?.value ?? parts?.port.map(String.init) ?? "5432"
        return """
            [databases]
            * = host=\(host) port=\(port)
            [pgbouncer]
            listen_addr =
            listen_port = 6432
            unix_socket_dir = \(directory)
            auth_type = trust
            auth_file = \(directory)/users.txt
            pool_mode = transaction
            default_pool_size = 2
            max_client_conn = 200

            """
    }
}
