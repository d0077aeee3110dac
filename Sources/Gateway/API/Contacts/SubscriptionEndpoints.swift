/// Consent and unsubscribing.
enum SubscriptionEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
