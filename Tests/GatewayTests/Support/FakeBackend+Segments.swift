import Contracts
import JSON
import JSONRPC
import Model

extension FakeBackend {
    static func addSegments(_ methods: inout RPCMethodTable) {
        methods.on(PutSegment.self) { call, _ in
            guard call.rules != nil || call.key == "s1" else { throw ValidationFailure.field("rules", "required") }
            guard call.rules?["bad"] == nil else { throw ValidationFailure(["rules.bad": "unknown"]) }
            return PutSegmentResult(segment: segment(call.key), created: call.key != "s1")
        }
        methods.on(GetSegment.self) { call, _ in try known(call.key) }
        methods.on(DeleteSegment.self) { call, _ in try known(call.key) }
        methods.on(ListSegments.self) { call, _ in SegmentList(segments: [segment("s1")], hasMore: call.limit == 1) }
        methods.on(EvaluateSegment.self) { call, _ in
            if let key = call.key { _ = try known(key) }
            let contact = SegmentContact(id: ContactID(7), email: "a@example.com", refusal: .unverified)
            return SegmentEvaluation(count: call.isCounted ? 3 : nil, contacts: call.previewLimit > 0 ? [contact] : [])
        }
    }

    private static func known(_ key: String) throws -> Segment {
        guard key == "s1" else { throw ValidationFailure.field("key", "not_found") }
        return segment(key)
    }

    private static func segment(_ key: String) -> Segment {
        Segment(key: key, name: "S", rules: ["field": "tag", "operator": "has", "value": "x"], createdAt: time, updatedAt: time)
    }
}
