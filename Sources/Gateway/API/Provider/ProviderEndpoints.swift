/// Provider notifications.
enum ProviderEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
