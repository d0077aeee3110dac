import HTTPTypes
import JSON
import NIOCore

/// Provider notifications.
enum ProviderEndpoints {
    /// SNS posts up to 256 KiB of text, which JSON in JSON may triple.
    static let maximumBodyBytes = 1 << 20

    static func all(_ services: APIServices) -> [Endpoint] { [notify(services)] }

    static func notify(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/webhooks/ses",
            id: "receiveProviderNotification",
            tag: .publicLinks,
            access: .anyone,
            summary: "Take a notification of Amazon SNS about mail that was sent.",
            details: """
                For Amazon SNS only: the message's signature, its certificate and its topic are checked. Anything else is refused with \
                `invalid_sns_message`. A notification is stored when this answers 200; 503 asks SNS to come again.
                """,
            body: .own(mediaTypes: ["text/plain": .string, "application/json": .freeObject]),
            answers: [
                .ok(outcome), .json(.badRequest, APIErrorShape.shape, "Not a message of SNS, or not one to be trusted."),
                .json(.contentTooLarge, APIErrorShape.shape, "The body is too large."),
                .json(.serviceUnavailable, APIErrorShape.shape, "It could not be stored now; SNS comes again."),
            ]
        ) { call in
            let body = try await call.request.body(upTo: maximumBodyBytes)
            guard let provider = services.provider else { throw APIError.unavailable }
            let outcome = try await provider.receive(body.readableBytesView, services.delivery)
            return .json(["status": .string(outcome.rawValue)])
        }
    }

    private static let outcome = Shape.object(
        ObjectShape(
            "ProviderNotificationOutcome",
            [
                Field(
                    "status",
                    .choice(["accepted", "confirmed", "ignored"]),
                    required: true,
                    "What was done: the notification is stored, the subscription confirmed, or nothing."
                )
            ]
        )
    )
}
