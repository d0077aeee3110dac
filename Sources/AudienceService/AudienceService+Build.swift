import Contracts
import JSONRPC
import Postgres
import ServiceRuntime

/// Puts the service together; `main` and tests call it.
package enum AudienceBuild {
    package static func build(_ environment: ServiceEnvironment) async throws -> BuiltService {
        let handlers = AudienceHandlers(database: environment.database, logger: environment.logger)
        return BuiltService(
            methods: methods(handlers),
            services: [
                ImportRunner(handlers: handlers), ListImportRunner(environment, bell: handlers.listImportBell), AudienceNews.pusher(environment),
            ],
            statements: AudienceStatements.all,
            hasWork: {
                // Without an answer of the database nothing is known to be done.
                (try? await environment.database.run(DueImports()).isEmpty) != true
            }
        )
    }

    private static func methods(_ handlers: AudienceHandlers) -> RPCMethodTable {
        var methods = RPCMethodTable()
        methods.on(AuthenticateKey.self) { request, _ in try await handlers.authenticateKey(request) }
        methods.on(ListAPIKeys.self) { request, _ in try await handlers.listAPIKeys(request) }
        methods.on(CreateAPIKey.self) { request, _ in try await handlers.createAPIKey(request) }
        methods.on(RevokeAPIKey.self) { request, _ in try await handlers.revokeAPIKey(request) }
        methods.on(ListClients.self) { request, _ in try await handlers.listClients(request) }
        methods.on(SetClientActive.self) { request, _ in try await handlers.setClientActive(request) }
        methods.on(ResolveClient.self) { request, _ in try await handlers.resolveClient(request) }
        methods.on(ResolveAudience.self) { request, _ in try await handlers.resolveAudience(request) }
        methods.on(Provision.self) { request, _ in try await handlers.provision(request) }
        methods.on(GetSenders.self) { request, _ in try await handlers.getSenders(request) }
        methods.on(PutSenders.self) { request, _ in try await handlers.putSenders(request) }
        methods.on(UpsertContact.self) { request, _ in try await handlers.upsertContact(request) }
        methods.on(GetContactStatus.self) { request, _ in try await handlers.getContactStatus(request) }
        methods.on(UnsubscribeContact.self) { request, _ in try await handlers.unsubscribeContact(request) }
        methods.on(BeginImport.self) { request, _ in try await handlers.beginImport(request) }
        methods.on(ImportPage.self) { request, _ in try await handlers.importPage(request) }
        methods.on(StageImportPage.self) { request, _ in try await handlers.stageImportPage(request) }
        methods.on(GetImportJob.self) { request, _ in try await handlers.getImportJob(request) }
        methods.on(ImportFaults.self) { request, _ in try await handlers.importFaults(request) }
        methods.on(CampaignCandidates.self) { request, _ in try await handlers.campaignCandidates(request) }
        methods.on(PutSegment.self) { request, _ in try await handlers.putSegment(request) }
        methods.on(GetSegment.self) { request, _ in try await handlers.getSegment(request) }
        methods.on(DeleteSegment.self) { request, _ in try await handlers.deleteSegment(request) }
        methods.on(ListSegments.self) { request, _ in try await handlers.listSegments(request) }
        methods.on(EvaluateSegment.self) { request, _ in try await handlers.evaluateSegment(request) }
        methods.on(RecordEngagement.self) { request, context in try await handlers.recordEngagement(request, context) }
        methods.on(CheckEligibility.self) { request, _ in try await handlers.checkEligibility(request) }
        methods.on(PrepareTransactional.self) { request, _ in try await handlers.prepareTransactional(request) }
        methods.on(CheckTransactional.self) { request, _ in try await handlers.checkTransactional(request) }
        methods.on(ApplyProviderSuppression.self) { request, _ in try await handlers.applyProviderSuppression(request) }
        handlers.addListMethods(&methods)
        handlers.registerContacts(in: &methods)
        methods.on(PutTagMappings.self) { request, _ in try await handlers.putTagMappings(request) }
        methods.on(GetTagMappings.self) { request, _ in try await handlers.getTagMappings(request) }
        methods.on(AudienceTick.self) { _, _ in try await handlers.tick() }
        methods.on(AudienceVerify.self) { request, _ in try await handlers.verify(request) }
        methods.on(RecountEngagement.self) { request, _ in try await handlers.recountEngagement(request) }
        methods.registerHealth(AudienceHealth.self, name: .audience, database: handlers.database)
        return methods
    }
}
