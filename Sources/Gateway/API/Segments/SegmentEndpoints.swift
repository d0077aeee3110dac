import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/segments`: saved rules that select contacts.
enum SegmentEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [
            list(services), put(services), get(services), delete(services), evaluateRules(services), count(services), preview(services),
        ]
    }

    static func list(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/segments",
            id: "listSegments",
            tag: .segments,
            access: .key(.segmentsRead),
            summary: "The client's segments, by key.",
            query: ObjectShape.scope + [
                Field("limit", .integer(1...500), "Segments in a page; 100 unless told.", example: 100),
                Field("cursor", .string(maximum: 200), "`next_cursor` of the page before."),
            ],
            answers: [.ok(SegmentPayload.list.shape)]
        ) { call in
            let after = call.fields.string("cursor") ?? ""
            let limit = Int(call.fields.integer("limit") ?? 100)
            let scope = try await call.audienceScope()
            let found = try await services.audience.answer(ListSegments(scope: scope.ids, after: after, limit: limit))
            return .json(SegmentPayload.list.value(found))
        }
    }

    static func put(_ services: APIServices) -> Endpoint {
        Endpoint(
            .put,
            "/api/segments/{key}",
            id: "putSegment",
            tag: .segments,
            access: .key(.segmentsWrite),
            summary: "Create or change a segment.",
            details: "Rules are a tree of `all`, `any`, `not` and conditions `{\"field\", \"operator\", \"value\"}`; faults name their place in it. "
                + "Campaigns that were started keep the rules they were started with.",
            body: .json(SegmentShapes.put),
            answers: [.ok(SegmentPayload.put.shape), .created(SegmentPayload.put.shape)]
        ) { call in
            let name = call.fields.string("name")
            let rules = call.fields.objectValue("rules")
            let scope = try await call.audienceScope()
            let result = try await services.audience.answer(PutSegment(scope: scope.ids, key: key(call), name: name, rules: rules))
            return .json(SegmentPayload.put.value(result), status: result.created ? .created : .ok)
        }
    }

    static func get(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/segments/{key}",
            id: "getSegment",
            tag: .segments,
            access: .key(.segmentsRead),
            summary: "A segment.",
            query: ObjectShape.scope,
            answers: [.ok(SegmentPayload.one.shape), .notFound]
        ) { call in
            let scope = try await call.audienceScope()
            return .json(SegmentPayload.one.value(try await services.audience.answer(GetSegment(scope: scope.ids, key: key(call)))))
        }
    }

    static func delete(_ services: APIServices) -> Endpoint {
        Endpoint(
            .delete,
            "/api/segments/{key}",
            id: "deleteSegment",
            tag: .segments,
            access: .key(.segmentsWrite),
            summary: "Forget a segment.",
            query: ObjectShape.scope,
            answers: [.ok(SegmentPayload.deleted.shape), .notFound]
        ) { call in
            let scope = try await call.audienceScope()
            return .json(SegmentPayload.deleted.value(try await services.audience.answer(DeleteSegment(scope: scope.ids, key: key(call)))))
        }
    }

    static func evaluateRules(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/segments/preview",
            id: "previewSegmentRules",
            tag: .segments,
            access: .key(.segmentsRead),
            summary: "How many contacts rules select, and some of them, without saving anything.",
            body: .json(SegmentShapes.evaluate),
            answers: [.ok(SegmentPayload.evaluation.shape)]
        ) { call in
            let rules = call.fields.objectValue("rules")
            let limit = Int(call.fields.integer("limit") ?? 10)
            let scope = try await call.audienceScope()
            let evaluate = EvaluateSegment(scope: scope.ids, rules: rules, isCounted: true, previewLimit: limit)
            return .json(SegmentPayload.evaluation.value(try await services.audience.answer(evaluate)))
        }
    }

    static func count(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/segments/{key}/count",
            id: "countSegment",
            tag: .segments,
            access: .key(.segmentsRead),
            summary: "How many contacts a segment has now.",
            query: ObjectShape.scope,
            answers: [.ok(SegmentPayload.count.shape), .notFound]
        ) { call in
            let scope = try await call.audienceScope()
            let evaluate = EvaluateSegment(scope: scope.ids, key: key(call), isCounted: true, previewLimit: 0)
            return .json(SegmentPayload.count.value((key(call), try await services.audience.answer(evaluate))))
        }
    }

    static func preview(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/segments/{key}/preview",
            id: "previewSegment",
            tag: .segments,
            access: .key(.segmentsRead),
            summary: "How many contacts a segment has now, and some of them.",
            query: ObjectShape.scope + [SegmentShapes.previewLimit],
            answers: [.ok(SegmentPayload.evaluation.shape), .notFound]
        ) { call in
            let limit = Int(call.fields.integer("limit") ?? 10)
            let scope = try await call.audienceScope()
            let evaluate = EvaluateSegment(scope: scope.ids, key: key(call), isCounted: true, previewLimit: limit)
            return .json(SegmentPayload.evaluation.value(try await services.audience.answer(evaluate)))
        }
    }

    private static func key(_ call: EndpointCall) -> String { call.parameters["key"] ?? "" }
}
