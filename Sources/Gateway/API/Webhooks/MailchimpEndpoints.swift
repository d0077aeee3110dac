/// Mailchimp.
enum MailchimpEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
