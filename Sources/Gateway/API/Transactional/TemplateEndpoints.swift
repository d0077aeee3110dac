/// Templates.
enum TemplateEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
