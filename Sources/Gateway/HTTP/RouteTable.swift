import HTTPTypes
import HummingbirdCore

/// Which handler answers a path.
///
/// The framework's router answers a wrong method with 404, leaves path parameters percent-encoded and ignores extra slashes; this table
/// answers 405 with the allowed methods, decodes, and takes a path only as it is written.
struct RouteTable: Sendable {
    typealias Handler = @Sendable (GatewayRequest) async throws -> Response

    /// What a path leads to.
    enum Match: Sendable {
        case found(Handler, parameters: [String: String])
        case wrongMethod(allowed: [String])
        case notFound
    }

    private struct Node: Sendable {
        /// The child that takes any one segment, and the parameter's name.
        var parameter: (name: String, index: Int)?
        var handlers: [(method: HTTPRequest.Method, handler: Handler)] = []
    }

    private var nodes = [Node()]
    private var children: [[String: Int]] = [[:]]

    /// Adds a handler; `{name}` in the pattern takes one segment.
    mutating func on(_ method: HTTPRequest.Method, _ pattern: String, _ handler: @escaping Handler) {
        var index = 0
        for segment in pattern.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            index = child(of: index, String(segment))
        }
        nodes[index].handlers.append((method, handler))
    }

    private mutating func child(of parent: Int, _ segment: String) -> Int {
        if segment.hasPrefix("{"), segment.hasSuffix("}") {
            if let known = nodes[parent].parameter { return known.index }
            let index = append()
            nodes[parent].parameter = (String(segment.dropFirst().dropLast()), index)
            return index
        }
        if let known = children[parent][segment] { return known }
        let index = append()
        children[parent][segment] = index
        return index
    }

    private mutating func append() -> Int {
        nodes.append(Node())
        children.append([:])
        return nodes.count - 1
    }

    /// Looks a path up; the path is the raw one, without its query.
    func match(_ method: HTTPRequest.Method, path: Substring) -> Match {
        guard path.first == "/" else { return .notFound }
        var index = 0
        var parameters: [String: String] = [:]
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = PercentDecoding.decode(segment) else { return .notFound }
            if let next = children[index][decoded] {
                index = next
            } else if let parameter = nodes[index].parameter, !decoded.isEmpty {
                parameters[parameter.name] = decoded
                index = parameter.index
            } else {
                return .notFound
            }
        }
        let handlers = nodes[index].handlers
        if let handler = handlers.first(where: { $0.method == method })?.handler { return .found(handler, parameters: parameters) }
        return handlers.isEmpty ? .notFound : .wrongMethod(allowed: handlers.map(\.method.rawValue).sorted())
    }
}
