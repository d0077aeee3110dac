import Contracts
import Model
import Postgres

/// Writes the changed fields of contacts.
struct UpdateContacts: Statement {
    static let sample = Self(now: Timestamp(microseconds: 0))
    var now: Timestamp
    private(set) var ids: [Int64] = []
    private var attributes: [RawJSONText] = []
    private var validationStatuses: [String] = []
    private var validationReasons: [String] = []
    private var validatedAts: [Timestamp] = []
    private var hardBouncedAts: [Timestamp] = []
    private var complainedAts: [Timestamp] = []
    private var globalUnsubscribedAts: [Timestamp] = []

    init(now: Timestamp) { self.now = now }

    mutating func append(_ id: Int64, _ fields: ContactFields, attributes change: RawJSONText) {
        ids.append(id)
        attributes.append(change)
        validationStatuses.append(fields.validationStatus.rawValue)
        validationReasons.append(fields.validationReason)
        validatedAts.append(NullableTime.encode(fields.validatedAt))
        hardBouncedAts.append(NullableTime.encode(fields.hardBouncedAt))
        complainedAts.append(NullableTime.encode(fields.complainedAt))
        globalUnsubscribedAts.append(NullableTime.encode(fields.globalUnsubscribedAt))
    }

    var sql: SQL {
        """
        UPDATE audience.contacts
        SET attributes = audience.merged_attributes(contacts.attributes, x.attributes),
            validation_status = x.validation_status,
            validation_reason = x.validation_reason,
            validated_at = NULLIF(x.validated_at, 'epoch'),
            hard_bounced_at = NULLIF(x.hard_bounced_at, 'epoch'),
            complained_at = NULLIF(x.complained_at, 'epoch'),
            global_unsubscribed_at = NULLIF(x.global_unsubscribed_at, 'epoch'),
            global_unsubscribe_reason = CASE WHEN x.global_unsubscribed_at = 'epoch' THEN '' ELSE contacts.global_unsubscribe_reason END,
            updated_at = \(now)
        FROM unnest(
            \(ids)::bigint[], \(attributes)::jsonb[], \(validationStatuses)::text[], \(validationReasons)::text[], \(validatedAts)::timestamptz[],
            \(hardBouncedAts)::timestamptz[], \(complainedAts)::timestamptz[], \(globalUnsubscribedAts)::timestamptz[]
        ) AS x (
            id, attributes, validation_status, validation_reason, validated_at, hard_bounced_at, complained_at, global_unsubscribed_at
        )
        WHERE contacts.id = x.id
        """
    }
}

/// Moves the time of the last change of contacts of which only tags or subscriptions changed.
struct TouchContacts: Statement {
    static let sample = Self(now: Timestamp(microseconds: 0), ids: [1])
    var now: Timestamp
    var ids: [Int64]
    var sql: SQL {
        """
        UPDATE audience.contacts
        SET updated_at = \(now)
        WHERE contacts.id = ANY(\(ids)::bigint[])
        """
    }
}
