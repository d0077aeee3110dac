/// What can be told about a method from its types alone.
struct RPCMethodShape: Sendable {
    struct Parameter: Sendable, Equatable {
        var name: String
        var isRequired: Bool
        /// JSON schema's name of the type; nil when it is not a plain one.
        var type: String?
    }

    /// Of a `Decodable` method, as far as it asks for them one after another; none of a hand-written codec.
    let parameters: [Parameter]
    let result: String
    let failure: String
    /// The kinds of a failure that lists its cases.
    let failureKinds: [String]

    init<Method: RPCMethod>(_: Method.Type) {
        parameters = (Method.self as? any Decodable.Type).map(ParameterProbe.parameters(of:)) ?? []
        result = String(describing: Method.Result.self)
        failure = String(reflecting: Method.Failure.self)
        failureKinds = (Method.Failure.self as? any (CaseIterable & RPCFailure).Type).map(Self.kinds(of:)) ?? []
    }

    private static func kinds(of type: any (CaseIterable & RPCFailure).Type) -> [String] {
        func kinds<Failure: CaseIterable & RPCFailure>(_: Failure.Type) -> [String] { Failure.allCases.map(\.kind) }
        return kinds(type)
    }
}
