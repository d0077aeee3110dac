import Contracts
import JSON
import Model
import Postgres

extension AudienceHandlers {
    func putSegment(_ request: PutSegment) async throws -> PutSegmentResult {
        _ = try await KnownScope.find(request.scope, database)
        var fields: [String: String] = [:]
        if !SegmentKey.isValid(request.key) { fields["key"] = "invalid" }
        if let name = request.segmentName, name.utf8.count > 400 || name.utf8.contains(0) { fields["name"] = "invalid" }
        if let rules = request.rules, rules.text.utf8.count > PutSegment.maximumRuleBytes {
            fields["rules"] = "too_long"
        } else if let rules = request.rules {
            do throws(ValidationFailure) {
                _ = try SegmentCompiler.compile(rules, audienceID: request.scope.audienceID, now: .now())
            } catch {
                fields.merge(error.fields) { first, _ in first }
            }
        } else if SegmentKey.isValid(request.key), try await database.first(SegmentByKey(scope: request.scope, key: request.key)) == nil {
            fields["rules"] = "required"
        }
        guard fields.isEmpty else { throw ValidationFailure(fields) }
        let store = StoreSegment(
            scope: request.scope,
            key: request.key,
            name: request.segmentName,
            rules: request.rules?.text,
            at: .now()
        )
        guard let stored = try await database.first(store) else { throw ValidationFailure.field("key", "not_found") }
        return PutSegmentResult(segment: stored.segment, created: stored.isNew)
    }

    func getSegment(_ request: GetSegment) async throws -> Segment {
        guard SegmentKey.isValid(request.key),
            let segment = try await database.first(SegmentByKey(scope: request.scope, key: request.key))
        else { throw ValidationFailure.field("key", "not_found") }
        return segment
    }

    func deleteSegment(_ request: DeleteSegment) async throws -> Segment {
        guard SegmentKey.isValid(request.key),
            let segment = try await database.first(RemoveSegment(scope: request.scope, key: request.key))
        else { throw ValidationFailure.field("key", "not_found") }
        return segment
    }

    func listSegments(_ request: ListSegments) async throws -> SegmentList {
        guard (1...500).contains(request.limit) else { throw ValidationFailure.field("limit", "must_be_between_1_and_500") }
        guard !request.after.utf8.contains(0) else { throw ValidationFailure.field("cursor", "invalid") }
        let found = try await database.run(SegmentsOfClient(scope: request.scope, after: request.after, limit: request.limit + 1))
        let segments = found.prefix(request.limit).map(\.segment)
        return SegmentList(segments: segments, hasMore: (found.first?.pageCount ?? 0) > Int64(segments.count))
    }

    /// One statement for the count, one for the contacts.
    func evaluateSegment(_ request: EvaluateSegment) async throws -> SegmentEvaluation {
        guard (0...100).contains(request.previewLimit) else { throw ValidationFailure.field("limit", "must_be_between_0_and_100") }
        _ = try await KnownScope.find(request.scope, database)
        let selection = CandidateSelection(
            rules: try SegmentCompiler.compile(try await rules(of: request), audienceID: request.scope.audienceID, now: .now())
        )
        var result = SegmentEvaluation(count: nil, contacts: [])
        if request.isCounted {
            let count = CountSelection(scope: request.scope, selection: selection)
            result.count = try await database.transaction { connection in
                try await connection.execute(PlanForCounting())
                return try await connection.first(count)
            }
        }
        if request.previewLimit > 0 {
            let preview = PreviewSelection(scope: request.scope, selection: selection, limit: request.previewLimit)
            result.contacts = try await database.transaction { connection in
                try await connection.execute(PlanByKeys())
                return try await connection.run(preview)
            }
        }
        return result
    }

    private func rules(of request: EvaluateSegment) async throws -> JSONValue {
        if let key = request.key { return try await getSegment(GetSegment(scope: request.scope, key: key)).rules }
        guard let rules = request.rules else { throw ValidationFailure.field("rules", "required") }
        return rules
    }
}

/// The key by which a client names its segment.
enum SegmentKey {
    /// 1 to 200 bytes, no control characters, no space at either end.
    static func isValid(_ key: String) -> Bool {
        let scalars = key.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, key.utf8.count <= 200 else { return false }
        guard !first.properties.isWhitespace, !last.properties.isWhitespace else { return false }
        return scalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
