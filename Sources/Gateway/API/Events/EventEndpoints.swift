/// Events.
enum EventEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
