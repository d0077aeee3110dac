import JSON

/// Makes the OpenRPC document that `rpc.discover` answers with (spec.open-rpc.org, version 1.3.2) from the contracts' own types.
enum RPCDiscovery {
    static func document(title: String, methods: [RPCMethodEntry]) -> [UInt8] {
        let schemas = JSONSchemas()
        let described = methods.map { $0.describe(schemas) }
        let document: JSONValue = [
            "openrpc": "1.3.2",
            "info": ["title": .string(title), "version": "1"],
            "methods": .array(described),
            "components": ["schemas": schemas.schemas],
        ]
        var writer = JSONWriter()
        writer.value(document)
        return writer.bytes
    }

    static func describe<Method: RPCMethod>(_: Method.Type, _ schemas: JSONSchemas) -> JSONValue {
        let (object, sample) = parameters(of: Method.self, schemas)
        let result = (Method.Result.self as? any Decodable.Type).map(schemas.describe)
        let resultName = String(describing: Method.Result.self)
        var members: [(key: String, value: JSONValue)] = [
            (key: "name", value: .string(Method.name)), (key: "paramStructure", value: "by-name"),
            (key: "params", value: .array(parameters(object))),
            (key: "result", value: ["name": .string(resultName), "schema": result?.schema ?? JSONValue.jsonSchema]),
            (key: "errors", value: .array(errors(Method.Failure.self, schemas))),
        ]
        if !object.isComplete { members.append((key: "x-incomplete", value: true)) }
        if let call = value(sample), let answer = value(result?.sample as? Method.Result) {
            members.append((key: "examples", value: [example(call, named: resultName, answer)]))
        }
        members += [
            (key: "x-isIdempotent", value: .bool(Method.isIdempotent)), (key: "x-isRead", value: .bool(Method.isRead)),
            (key: "x-callers", value: .array(Method.callers.union([.operator]).map(\.rawValue).sorted().map { .string($0) })),
            (key: "x-failure", value: failure(Method.Failure.self, schemas)),
        ]
        return .object(JSONObject(members))
    }

    private static func parameters<Method: RPCMethod>(
        of _: Method.Type,
        _ schemas: JSONSchemas
    ) -> (object: JSONSchemas.Object, sample: Method?) {
        if let sampled = Method.self as? any JSONSchemaSampled.Type, let sample = sampled.schemaSample as? Method, let json = value(sample) {
            return (object: SampledSchema(Method.self).object(json), sample: sample)
        }
        guard let type = Method.self as? any Decodable.Type else { return (object: JSONSchemas.Object(isComplete: false), sample: nil) }
        let (object, sample) = schemas.object(type)
        return (object: object, sample: sample as? Method)
    }

    private static func parameters(_ object: JSONSchemas.Object) -> [JSONValue] {
        object.members.map { member in
            ["name": .string(member.name), "required": .bool(object.required.contains(member.name)), "schema": member.schema]
        }
    }

    /// A call and its answer as they would travel, with a sample of everything that is required.
    private static func example(_ call: JSONValue, named result: String, _ answer: JSONValue) -> JSONValue {
        let parameters = (call.objectValue?.members ?? []).map { ["name": .string($0.key), "value": $0.value] as JSONValue }
        return ["name": "sample", "params": .array(parameters), "result": ["name": .string(result), "value": answer]]
    }

    private static func value(_ payload: (some RPCPayload)?) -> JSONValue? {
        var writer = JSONWriter()
        guard let payload, (try? payload.write(to: &writer)) != nil else { return nil }
        return try? JSONValue.parse(writer.bytes)
    }

    /// The kinds of failures, each with its code.
    private static func errors<Failure: RPCFailure>(_: Failure.Type, _ schemas: JSONSchemas) -> [JSONValue] {
        let listed = (Failure.self as? any (CaseIterable & RPCFailure).Type).map(all)
        let failures = listed ?? ((sample(Failure.self, schemas) as? Failure).map { [$0] } ?? [])
        return failures.map { failure in
            ["code": .number(JSONNumber(Int64(failure.code))), "message": .string(failure.message), "data": ["kind": .string(failure.kind)]]
        }
    }

    private static func all(_ type: any (CaseIterable & RPCFailure).Type) -> [any RPCFailure] {
        func cases<Failure: CaseIterable & RPCFailure>(_: Failure.Type) -> [any RPCFailure] { Array(Failure.allCases) }
        return cases(type)
    }

    /// What stands in `data.failure` of an error by contract.
    private static func failure<Failure: RPCFailure>(_: Failure.Type, _ schemas: JSONSchemas) -> JSONValue {
        if Failure.self == NoFailure.self { return .null }
        return (Failure.self as? any Decodable.Type).map { schemas.describe($0).schema } ?? JSONValue.jsonSchema
    }

    private static func sample<Failure: RPCFailure>(_: Failure.Type, _ schemas: JSONSchemas) -> Any? {
        if Failure.self == NoFailure.self { return nil }
        return (Failure.self as? any Decodable.Type).flatMap { schemas.describe($0).sample }
    }
}
