import Postgres

extension Schemas {
    /// What schema `audience` must be at, oldest first.
    package static var audience: [Migration] {
        [
            Migration(name: "v0001_foundation", sql: PackageResources.audience_v0001_foundation_sql),
            Migration(name: "v0002_consent", sql: PackageResources.audience_v0002_consent_sql),
            Migration(name: "v0003_recipient_lists", sql: PackageResources.audience_v0003_recipient_lists_sql),
            Migration(name: "v0004_import_jobs", sql: PackageResources.audience_v0004_import_jobs_sql),
            Migration(name: "v0005_segments", sql: PackageResources.audience_v0005_segments_sql),
            Migration(name: "v0006_provider_suppressions", sql: PackageResources.audience_v0006_provider_suppressions_sql),
            Migration(name: "v0007_news_for_tracking", sql: PackageResources.audience_v0007_news_for_tracking_sql),
            Migration(name: "v0008_key_scopes", sql: PackageResources.audience_v0008_key_scopes_sql),
            Migration(name: "v0009_preference_page", sql: PackageResources.audience_v0009_preference_page_sql),
            Migration(name: "v0010_inbox_by_time", sql: PackageResources.audience_v0010_inbox_by_time_sql),
        ]
    }
}
