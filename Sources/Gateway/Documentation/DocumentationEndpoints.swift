import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore

/// `/api-docs/` and `/api-docs/openapi.json`, about the endpoints given.
struct DocumentationEndpoints {
    let publicURL: String

    func all(_ described: [Endpoint]) -> [Endpoint] {
        let own = [
            endpoint("/api-docs/openapi.json", id: "getOpenAPI", "application/json"), endpoint("/api-docs/", id: "getDocumentation", "text/html"),
        ]
        let every = described + own
        // Made when somebody asks: it costs more than the start of the rest of the gateway.
        let document = MadeOnce { [publicURL] in OpenAPIDocument(endpoints: every, serverURL: publicURL).make().text }
        let page = MadeOnce { [publicURL] in DocumentationPage(endpoints: every, publicURL: publicURL).html }
        return [
            answering(own[0]) {
                Response(
                    status: .ok,
                    headers: [.contentType: "application/json", .cacheControl: "no-cache"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: document.made))
                )
            },
            answering(own[1]) {
                var response = Response.html(page.made)
                response.headers[HeaderNames.contentSecurityPolicy] =
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
                return response
            },
        ]
    }

    private func endpoint(_ path: String, id: String, _ mediaType: String) -> Endpoint {
        let summary = mediaType == "text/html" ? "This documentation, to read." : "This documentation, as OpenAPI 3.1."
        return Endpoint(
            .get,
            path,
            id: id,
            tag: .publicLinks,
            access: .anyone,
            summary: summary,
            answers: [mediaType == "text/html" ? .content(.ok, mediaType) : .ok(.freeObject)]
        ) { _ in .json([:]) }
    }

    private func answering(_ endpoint: Endpoint, _ response: @escaping @Sendable () -> Response) -> Endpoint {
        Endpoint(
            endpoint.method,
            endpoint.path,
            id: endpoint.id,
            tag: endpoint.tag,
            access: endpoint.access,
            summary: endpoint.summary,
            answers: endpoint.answers
        ) { _ in response() }
    }
}
