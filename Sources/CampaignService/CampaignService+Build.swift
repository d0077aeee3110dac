import Contracts
import Model
import Postgres
import ServiceRuntime

/// How the service is put together; tests call it too.
enum CampaignBuild {
    static func build(_ environment: ServiceEnvironment) async throws -> BuiltService {
        let outbox = Outbox(schema: "campaign")
        let handlers = CampaignHandlers(
            database: environment.database,
            audience: environment.caller(.audience),
            outbox: outbox,
            inbox: Inbox(schema: "campaign"),
            runnerBell: WakeSignal(),
            logger: environment.logger
        )
        let pusher = outbox.pusher(database: environment.database, caller: environment.caller, logger: environment.logger, onResult: nil)
        return BuiltService(
            methods: handlers.methods,
            services: [CampaignRunner(handlers: handlers), pusher],
            statements: CampaignStatements.all,
            hasWork: {
                // Without an answer of the database nothing is known to be done.
                (try? await environment.database.first(HasCampaignWork(now: Timestamp.now()))) ?? true
            }
        )
    }
}
