import Contracts
import ServiceLifecycle
import ServiceRuntime

/// Brings the other services what Audience has to tell: erasures, subscriptions that changed, and tags that memberships mean.
enum AudienceNews {
    static let outbox = Outbox(schema: "audience")

    /// Triggers put most of the items into the outbox, so nobody rings for them: the pusher looks every second.
    static func pusher(_ environment: ServiceEnvironment) -> any Service {
        outbox.declare(RecordMessageEvents.self)
        outbox.declare(SyncTags.self)
        outbox.declare(EraseContactRecipients.self)
        outbox.declare(EraseContactMessages.self)
        outbox.declare(EraseContactEvents.self)
        outbox.declare(SendTransactional.self)
        var limits = OutboxPusher.Limits()
        limits.idlePoll = .seconds(1)
        return OutboxPusher(
            outbox: outbox,
            database: environment.database,
            caller: environment.caller,
            logger: environment.logger,
            limits: limits,
            onResult: ErasureAnswers.take
        )
    }
}
