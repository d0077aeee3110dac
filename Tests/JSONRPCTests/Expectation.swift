import JSONRPC
import Testing

/// Expects a call to bring a result.
func expect<Method: RPCMethod>(
    _ caller: some RPCCaller,
    _ method: Method,
    _ expected: Method.Result,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws where Method.Result: Equatable {
    let result = try await caller.call(method)
    #expect(result == expected, sourceLocation: sourceLocation)
}
