/// API keys.
enum KeyEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
