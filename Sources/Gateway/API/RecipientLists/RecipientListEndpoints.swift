/// Recipient lists.
enum RecipientListEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
