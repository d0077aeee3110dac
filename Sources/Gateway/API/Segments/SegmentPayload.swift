import Contracts
import JSON
import Model

/// What is answered about segments.
enum SegmentPayload {
    static let segment = Payload<Segment>(
        "Segment",
        [
            .member("key", .string) { .string($0.key) },
            .member("name", .string) { .string($0.name) },
            .member("rules", .freeObject) { $0.rules },
            .member("created_at", .timestamp) { .string($0.createdAt.iso8601) },
            .member("updated_at", .timestamp) { .string($0.updatedAt.iso8601) },
        ]
    )

    static let one = Payload<Segment>("SegmentAnswer", [.member("segment", segment.shape) { segment.value($0) }])

    static let put = Payload<PutSegmentResult>(
        "SegmentPutAnswer",
        [
            .member("segment", segment.shape) { segment.value($0.segment) },
            .member("created", .boolean) { .bool($0.created) },
        ]
    )

    static let deleted = Payload<Segment>(
        "SegmentDeleted",
        [
            .member("segment", segment.shape) { segment.value($0) },
            .member("deleted", .boolean) { _ in true },
        ]
    )

    static let list = Payload<SegmentList>(
        "SegmentList",
        [
            .member("segments", .list(of: segment.shape)) { .array($0.segments.map(segment.value)) },
            .member("next_cursor", .nullable(.string)) { found in
                found.hasMore ? found.segments.last.map { .string($0.key) } ?? .null : .null
            },
        ]
    )

    static let count = Payload<(String, SegmentEvaluation)>(
        "SegmentCount",
        [
            .member("key", .string) { .string($0.0) },
            .member("count", .integer) { .integer($0.1.count ?? 0) },
        ]
    )

    static let evaluation = Payload<SegmentEvaluation>(
        "SegmentPreview",
        [
            .member("count", .integer) { .integer($0.count ?? 0) },
            .member("contacts", .list(of: contact.shape), "Those with the smallest ids.") { .array($0.contacts.map(contact.value)) },
        ]
    )

    private static let contact = Payload<SegmentContact>(
        "SegmentContact",
        [
            .member("contact_id", .id) { .integer($0.id.rawValue) },
            .member("email", .string) { .string($0.email) },
            .member("can_send_marketing", .boolean) { .bool($0.refusal == nil) },
            .member("suppression_reason", .string, "Why the client may not mail the contact; empty when it may.") {
                .string($0.refusal?.rawValue ?? "")
            },
        ]
    )
}

/// What the bodies about segments look like.
enum SegmentShapes {
    static let example: JSONValue = [
        "all": [
            ["field": "tag", "operator": "has", "value": "newsletter"],
            ["field": "attributes.plan", "operator": "equals", "value": "pro"],
            ["not": ["field": "last_opened_at", "operator": "not_within_days", "value": 90]],
        ]
    ]

    static let previewLimit = Field("limit", .integer(0...100), "How many contacts to show; 10 unless told.", example: 10)

    static let put = ObjectShape(
        "SegmentPut",
        ObjectShape.scope + [
            Field("name", .string(maximum: 200), "For people; the key unless told.", example: "Active pro customers"),
            Field("rules", .freeObject, "Required for a new segment.", example: example),
        ]
    )

    static let evaluate = ObjectShape(
        "SegmentRules",
        ObjectShape.scope + [Field("rules", .freeObject, required: true, example: example), previewLimit]
    )
}
