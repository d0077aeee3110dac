/// Transactional mail.
enum TransactionalEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
