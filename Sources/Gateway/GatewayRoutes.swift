import HTTPTypes
import HummingbirdCore
import JSON

/// Every path that the gateway answers.
enum GatewayRoutes {
    static func make(_ links: PublicLinks, _ services: APIServices, limits: RequestRateLimits) -> RouteTable {
        var routes = RouteTable()
        // Says that this process answers, whatever the database does.
        for method in [HTTPRequest.Method.get, .head] { routes.on(method, "/health/") { _ in .json(["status": "ok"]) } }
        addPublic(&routes, links)
        let runner = EndpointRunner(services: services, authentication: APIAuthentication(audience: services.audience), limits: limits)
        for endpoint in GatewayEndpoints.all(services) {
            routes.on(endpoint.method, endpoint.path) { try await runner.respond(endpoint, $0) }
        }
        return routes
    }

    private static func addPublic(_ routes: inout RouteTable, _ links: PublicLinks) {
        for method in [HTTPRequest.Method.get, .head] {
            routes.on(method, "/t/o/{token}") { await links.open($0) }
            routes.on(method, "/t/c/{token}") { try await links.click($0) }
            routes.on(method, "/unsubscribe/{token}") { await links.unsubscribePage($0) }
            routes.on(method, "/preferences/{token}") { await links.unsubscribePage($0) }
        }
        routes.on(.post, "/unsubscribe/{token}") { try await links.unsubscribe($0) }
        routes.on(.post, "/preferences/{token}") { try await links.unsubscribe($0) }
    }
}
