import Postgres

extension Schemas {
    /// What schema `gateway` must be at, oldest first.
    package static var gateway: [Migration] {
        [
            Migration(name: "v0001_foundation", sql: PackageResources.gateway_v0001_foundation_sql)
        ]
    }
}
