import Contracts
import HTTPTransport
import JSON
import JSONRPC
import Logging

extension UpProcess {
    /// One call on a connection of its own.
    func call<Method: RPCMethod>(_ method: Method, deadline: Duration = .seconds(30)) async throws -> Method.Result {
        // A method's name begins with its service's.
        let client = RPCClient(
            address: .unix(path: "\(state)/run/\(Method.name.prefix { $0 != "." }).sock"),
            maximumConnections: 1,
            logger: Logger(label: "e2e") { _ in SwiftLogNoOpLogHandler() }
        )
        do {
            let result = try await client.call(method, deadline: deadline, idempotencyKey: nil)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }

    /// One request on a connection of its own; an address without a host is this gateway's.
    func http(
        _ method: String,
        _ address: String,
        body: String? = nil,
        headers: [HTTPRequest.Header] = [],
        timeout: Duration = .seconds(30)
    ) async throws -> HTTPResponse {
        let request = HTTPRequest(
            method: method,
            url: address.hasPrefix("/") ? url + address : address,
            headers: headers + [("Connection", "close")],
            body: Array((body ?? "").utf8),
            timeout: timeout
        )
        switch await HTTPTransport().send(request) {
        case .response(let response): return response
        case .failed(let failure): throw failure
        }
    }

    /// A call of the REST API.
    func api(_ method: String, _ path: String, key: String, _ body: JSONValue? = nil) async throws -> (status: Int, json: JSONValue) {
        let headers: [HTTPRequest.Header] = [("Authorization", "Bearer \(key)"), ("Content-Type", "application/json")]
        let response = try await http(method, path, body: body?.text, headers: headers)
        return (response.status, try JSONValue.parse(response.body))
    }
}
