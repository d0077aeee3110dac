import JSON

/// Makes the OpenRPC document that `rpc.discover` answers with (spec.open-rpc.org, version 1.3.2).
enum RPCDiscovery {
    static func document(title: String, methods: [RPCMethodEntry]) -> [UInt8] {
        let described = methods.map { entry -> JSONValue in
            [
                "name": .string(entry.name),
                "paramStructure": "by-name",
                "params": .array(entry.shape.parameters.map(parameter)),
                "result": ["name": .string(entry.shape.result), "schema": [:]],
                "errors": .array(entry.shape.failureKinds.map { ["code": 1, "message": .string($0), "data": ["kind": .string($0)]] }),
                "x-isIdempotent": .bool(entry.isIdempotent),
                "x-isRead": .bool(entry.isRead),
                "x-callers": .array(entry.callers.union([.operator]).map(\.rawValue).sorted().map { .string($0) }),
                "x-failure": .string(entry.shape.failure),
            ]
        }
        let document: JSONValue = [
            "openrpc": "1.3.2",
            "info": ["title": .string(title), "version": "1"],
            "methods": .array(described),
        ]
        var writer = JSONWriter()
        writer.value(document)
        return writer.bytes
    }

    private static func parameter(_ parameter: RPCMethodShape.Parameter) -> JSONValue {
        let schema: JSONValue = parameter.type.map { ["type": .string($0)] } ?? [:]
        return ["name": .string(parameter.name), "required": .bool(parameter.isRequired), "schema": schema]
    }
}
