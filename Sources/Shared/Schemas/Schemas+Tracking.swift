import Postgres

extension Schemas {
    /// What schema `tracking` must be at, oldest first.
    package static var tracking: [Migration] {
        [
            Migration(name: "v0001_foundation", sql: PackageResources.tracking_v0001_foundation_sql),
            Migration(name: "v0002_activity_and_webhooks", sql: PackageResources.tracking_v0002_activity_and_webhooks_sql),
            Migration(name: "v0003_refused_events", sql: PackageResources.tracking_v0003_refused_events_sql),
            Migration(name: "v0004_inbox_by_time", sql: PackageResources.tracking_v0004_inbox_by_time_sql),
        ]
    }
}
