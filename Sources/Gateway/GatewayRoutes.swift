import HTTPTypes
import HummingbirdCore
import JSON

/// Every path that the gateway answers.
enum GatewayRoutes {
    static func make(_ links: PublicLinks, _ services: APIServices, limits: RequestRateLimits, publicURL: String) -> RouteTable {
        var routes = RouteTable()
        let described = GatewayEndpoints.all(services) + PublicEndpoints.all(links) + BrowserView.endpoints(links, services)
        let runner = EndpointRunner(
            services: services,
            authentication: APIAuthentication(audience: services.audience, limits: limits),
            limits: limits
        )
        for endpoint in described + DocumentationEndpoints(publicURL: publicURL).all(described) {
            let handler: RouteTable.Handler = { try await runner.respond(endpoint, $0) }
            routes.on(endpoint.method, endpoint.path, handler)
            // HEAD works like GET on what is public (API.md section 4 item 6).
            if case .anyone = endpoint.access, endpoint.method == .get { routes.on(.head, endpoint.path, handler) }
        }
        return routes
    }
}
