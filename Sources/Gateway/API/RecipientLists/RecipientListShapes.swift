import Contracts
import JSON

/// What the bodies about recipient lists look like.
enum RecipientListShapes {
    static let list: [Field] = [
        Field("type", .choice(RecipientListType.self), "What the members have in common.", example: "custom"),
        Field("name", .string(maximum: 255), "For people; the key when nothing is said.", example: "Homework 1"),
        Field("metadata", .storedObject, "Replaces the list's.", example: ["course": "ml"]),
    ]
    static let nested = Field("list", .freeObject, "The same, `type`, `name` and `metadata`, apart from the other fields.")

    static let put = ObjectShape("RecipientListPut", ObjectShape.scope + list + [nested])

    static let memberFields: [Field] = [
        Field("email", .email, required: true, "The address; its contact is made when there is none.", example: "ann@example.org"),
        Field("status", .choice(["active", "removed"]), "Active unless said otherwise."),
        Field("metadata", .storedObject, "Replaces the member's.", example: ["name": "Ann", "score": 3]),
    ]
    static let sourceObjectKey = Field(
        "source_object_key",
        .string(maximum: 255),
        required: true,
        "The client's own name of the membership.",
        example: "submission:1"
    )
    static let member = ObjectShape("RecipientListMemberInput", [sourceObjectKey] + memberFields)

    static let putMember = ObjectShape(
        "RecipientListMemberPut",
        ObjectShape.scope + [
            Field(
                "member",
                .freeObject,
                "`email`, `status` and `metadata` of the member.",
                example: ["email": "ann@example.org", "metadata": ["name": "Ann"]]
            ), nested,
        ]
    )
    static let members = Field(
        "members",
        .list(of: .object(member)),
        required: true,
        missing: "must_be_list",
        "Of members with the same key or address the last one counts.",
        example: [["source_object_key": "submission:1", "email": "ann@example.org", "metadata": ["name": "Ann", "score": 3]]]
    )
    static let bulk = ObjectShape("RecipientListBulkUpsert", ObjectShape.scope + [members] + list + [nested])
    static let reconcile = ObjectShape(
        "RecipientListReconcile",
        ObjectShape.scope + [
            members, Field("dry_run", .boolean, "Says what would happen; stores nothing."),
            Field("remove_absent", .boolean, "Whether members that are not named are removed; true unless said otherwise."),
        ] + list + [nested]
    )
    static let importJob = ObjectShape(
        "RecipientListImportCreate",
        ObjectShape.scope + [
            Field("source_url", .string, "A file of JSON lines, one member each; read by HTTPS.", example: "https://example.org/members.jsonl"),
            Field("url", .string, "Also accepted for `source_url`."),
            Field("idempotency_key", .string(maximum: 255), "A second request with the same key answers the first one's job."),
            Field("remove_absent", .boolean, "Whether members that the file does not name are removed at the end."),
        ] + list + [nested]
    )

    /// Scope of a DELETE, which may stand in its body or its query.
    static let optionalScope: [Field] = ObjectShape.scope.map { Field($0.name, $0.shape, $0.summary, example: $0.example) }
    static let scope = ObjectShape("RecipientListScope", optionalScope)

    /// Lets the query speak for a body that is not there.
    static func takeQuery(_ call: inout EndpointCall) {
        if call.fields.object.isEmpty { call.fields = call.queryFields }
    }

    /// What the body says about the list: its `list`, or, where these names say nothing else, its own members.
    static func change(_ fields: inout RequestFields, isNestedOnly: Bool = false) -> ListChange {
        var source = RequestFields(isNestedOnly ? JSONObject() : fields.object)
        if let nested = fields.objectValue("list")?.objectValue { source = RequestFields(nested) }
        source.add(ObjectShape(list).faults(source.object))
        let change = ListChange(type: source.choice("type"), name: source.string("name"), metadata: source.objectValue("metadata"))
        for (field, reason) in source.faults { fields.fault(field, reason) }
        return change
    }

    /// A member whose shape was checked.
    static func member(_ object: JSONObject, key: String) -> ListMemberChange {
        ListMemberChange(
            sourceObjectKey: key,
            email: object["email"]?.stringValue ?? "",
            metadata: object["metadata"].flatMap { $0.objectValue == nil ? nil : $0.text },
            isActive: object["status"]?.stringValue != "removed"
        )
    }
}
