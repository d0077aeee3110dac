import Contracts
import Model
import Postgres

/// One contact's events, newest first, inside one organization (I7).
struct TimelinePageByContact: Statement {
    static var sample: Self { Self(organizationID: OrganizationID(1), contactID: ContactID(1), before: 1, limit: 1) }

    var organizationID: OrganizationID
    var contactID: ContactID
    var before: Int64
    var limit: Int

    var sql: SQL {
        """
        SELECT
            events.id, events.type, events.message_kind, events.message_id, contact_events.campaign_id, events.url, events.classification,
            events.classification_reason, events.occurred_at
        FROM tracking.contact_events
        JOIN tracking.events ON events.event_id = contact_events.event_id AND events.occurred_at = contact_events.occurred_at
        WHERE contact_events.contact_id = \(contactID)
            AND contact_events.id < \(before)
            AND contact_events.organization_id = \(organizationID)
        ORDER BY contact_events.id DESC
        LIMIT \(limit)
        """
    }

    func decode(_ row: Row) throws -> TimelineEvent {
        TimelineEvent(
            id: try row.decode("id"),
            type: TrackingEventType(rawValue: try row.decode("type")) ?? .open,
            messageKind: TrackedMessageKind(rawValue: try row.decode("message_kind")) ?? .campaign,
            messageID: try row.decode("message_id"),
            campaignID: try row.decode("campaign_id"),
            url: try row.decode("url"),
            classification: EventClass(rawValue: try row.decode("classification")) ?? .unknown,
            classificationReason: try row.decode("classification_reason"),
            occurredAt: try row.decode("occurred_at")
        )
    }
}

/// Compares the timelines with the log.
struct RecountTimeline: Statement {
    static var sample: Self { Self() }

    struct Counts: Sendable {
        var timeline: Int
        /// Entries whose event is not in the log.
        var orphans: Int
        var waiting: Int
    }

    var sql: SQL {
        """
        SELECT
            pg_catalog.count(*) AS timeline,
            pg_catalog.count(*) FILTER (WHERE events.event_id IS NULL) AS orphans,
            (SELECT pg_catalog.count(*) FROM tracking.forwarding) AS waiting
        FROM tracking.contact_events
        LEFT JOIN tracking.events ON events.event_id = contact_events.event_id AND events.occurred_at = contact_events.occurred_at
        """
    }

    func decode(_ row: Row) throws -> Counts {
        Counts(timeline: try row.decode("timeline"), orphans: try row.decode("orphans"), waiting: try row.decode("waiting"))
    }
}

/// Makes the partition of a month that lies `offset` months after `now`.
struct EnsureMonth: Statement {
    static var sample: Self { Self(now: Timestamp(microseconds: 0), offset: 0) }

    var now: Timestamp
    var offset: Int

    var sql: SQL {
        """
        SELECT tracking.ensure_month(((\(now)::timestamptz AT TIME ZONE 'UTC') + \(offset)::integer * interval '1 month')::date)
        """
    }
}
