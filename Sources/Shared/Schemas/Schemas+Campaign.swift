import Postgres

extension Schemas {
    /// What schema `campaign` must be at, oldest first.
    package static var campaign: [Migration] {
        [
            Migration(name: "v0001_foundation", sql: PackageResources.campaign_v0001_foundation_sql),
            Migration(name: "v0002_selection", sql: PackageResources.campaign_v0002_selection_sql),
            Migration(name: "v0003_refusals", sql: PackageResources.campaign_v0003_refusals_sql),
            Migration(name: "v0004_erasure_and_inbox", sql: PackageResources.campaign_v0004_erasure_and_inbox_sql),
        ]
    }
}
