import Postgres

extension Schemas {
    /// What schema `delivery` must be at, oldest first.
    package static var delivery: [Migration] {
        [
            Migration(name: "v0001_foundation", sql: PackageResources.delivery_v0001_foundation_sql),
            Migration(name: "v0002_transactional", sql: PackageResources.delivery_v0002_transactional_sql),
            Migration(name: "v0003_provider_events", sql: PackageResources.delivery_v0003_provider_events_sql),
            Migration(name: "v0004_message_copies", sql: PackageResources.delivery_v0004_message_copies_sql),
            Migration(name: "v0005_erased_and_buried", sql: PackageResources.delivery_v0005_erased_and_buried_sql),
            Migration(name: "v0006_inbox_by_time", sql: PackageResources.delivery_v0006_inbox_by_time_sql),
        ]
    }
}
