import ServiceLifecycle
import ServiceRuntime

/// Brings the other services what Audience has to tell.
enum AudienceNews {
    static let outbox = Outbox(schema: "audience")

    static func pusher(_ environment: ServiceEnvironment) -> any Service {
        outbox.pusher(database: environment.database, caller: environment.caller, logger: environment.logger, onResult: ErasureAnswers.take)
    }
}
