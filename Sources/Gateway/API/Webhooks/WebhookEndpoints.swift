/// Outgoing webhooks.
enum WebhookEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
