/// Where the database is and how its connections are used.
package struct PostgresConfiguration: Sendable {
    /// A libpq URI or keyword string; password from `passwordFile` when given.
    package var connectionString: String
    /// Where what belongs to a session goes (LISTEN, session locks) when ``connectionString`` leads to a pooler in transaction mode.
    package var directConnectionString: String?
    /// Read anew for each connection, without its last line end.
    package var passwordFile: String?
    package var maximumConnections: Int
    package var applicationName: String
    /// False behind pgbouncer in transaction mode: no named prepared statements.
    package var usesPreparedStatements: Bool
    /// An attempt to connect is given up after this.
    package var connectTimeout: Duration = .seconds(5)
    /// How long a task waits for a connection while the server is there.
    package var queueTimeout: Duration = .seconds(10)
    /// How long a task waits for a connection while the server is not there.
    package var outageTimeout: Duration = .seconds(1)
    /// How many tasks may wait for a connection.
    package var maximumQueueLength = 1_000
    /// A connection that nobody used for this long is closed.
    package var idleTimeout: Duration = .seconds(30)

    package init(
        connectionString: String,
        directConnectionString: String? = nil,
        passwordFile: String? = nil,
        maximumConnections: Int = 8,
        applicationName: String,
        usesPreparedStatements: Bool = true
    ) {
        self.connectionString = connectionString
        self.directConnectionString = directConnectionString
        self.passwordFile = passwordFile
        self.maximumConnections = maximumConnections
        self.applicationName = applicationName
        self.usesPreparedStatements = usesPreparedStatements
    }

    /// The same, past a pooler.
    var direct: PostgresConfiguration {
        var direct = self
        direct.connectionString = directConnectionString ?? connectionString
        direct.directConnectionString = nil
        return direct
    }
}
