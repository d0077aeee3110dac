import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Turns a request into a response: routing, errors, and the headers that every answer carries.
struct GatewayResponder: Sendable {
    let routes: RouteTable
    var proxies = TrustedProxies.none
    let logger: Logger

    func respond(_ request: Request, remote: SocketAddress?) async -> Response {
        let target = request.head.path ?? "/"
        let cut = target.firstIndex(of: "?") ?? target.endIndex
        let path = target[..<cut]
        let rawQuery = target[cut...].dropFirst()
        var response: Response
        switch routes.match(request.method, path: path) {
        case .found(let handler, let parameters):
            let gatewayRequest = GatewayRequest(
                request: request,
                parameters: parameters,
                rawQuery: rawQuery,
                client: proxies.client(peer: IPAddress(remote), forwarded: request.headers[values: HeaderNames.forwardedFor])
            )
            response = await answer(gatewayRequest, handler)
        case .wrongMethod(let allowed):
            response = APIError.methodNotAllowed(allowed).response
        case .notFound:
            response = path.hasPrefix("/api/") || path == "/api" ? APIError.notFound.response : Pages.notFound()
        }
        if request.method == .head { response = response.createHeadResponse() }
        Self.secure(&response)
        return response
    }

    private func answer(_ request: GatewayRequest, _ handler: RouteTable.Handler) async -> Response {
        do {
            return try await handler(request)
        } catch let error as APIError {
            return error.response
        } catch is CancellationError {
            return APIError.unavailable.response
        } catch {
            let correlation = String(UInt64.random(in: .min ... .max), radix: 16)
            logger.error("a request failed unexpectedly", metadata: ["correlation.id": "\(correlation)", "error": "\(error)"])
            return APIError.internal(correlation).response
        }
    }

    /// As the original answers, on every path (reference samples, conventions).
    static func secure(_ response: inout Response) {
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[HeaderNames.frameOptions] = "DENY"
        // A redirect to somewhere else has its own.
        if response.headers[HeaderNames.referrerPolicy] == nil { response.headers[HeaderNames.referrerPolicy] = "same-origin" }
        response.headers[HeaderNames.openerPolicy] = "same-origin"
    }
}

/// Header names that the HTTP types do not list.
enum HeaderNames {
    static let forwardedFor = name("X-Forwarded-For")
    static let frameOptions = name("X-Frame-Options")
    static let referrerPolicy = name("Referrer-Policy")
    static let openerPolicy = name("Cross-Origin-Opener-Policy")
    static let contentSecurityPolicy = name("Content-Security-Policy")
    static let robots = name("X-Robots-Tag")

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a header name") }
        return name
    }
}
