/// Every endpoint of the API, in the order of its documentation.
enum GatewayEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        ContactEndpoints.all(services)
            + SubscriptionEndpoints.all(services)
            + ContactImportEndpoints.all(services)
            + RecipientListEndpoints.all(services)
            + SegmentEndpoints.all(services)
            + TemplateEndpoints.all(services)
            + TransactionalEndpoints.all(services)
            + ListSendEndpoints.all(services)
            + CampaignEndpoints.all(services)
            + EventEndpoints.all(services)
            + WebhookEndpoints.all(services)
            + MailchimpEndpoints.all(services)
            + SenderEndpoints.all(services)
            + KeyEndpoints.all(services)
            + WorkerEndpoints.all(services)
            + ProviderEndpoints.all(services)
    }
}
