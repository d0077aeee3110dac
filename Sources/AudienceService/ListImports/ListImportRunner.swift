import Configuration
import Logging
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// The background of imports of members: takes those that wait, a few at a time, and those whose worker died.
///
/// Rung when one is accepted; looks by itself every 5 s while there are any.
struct ListImportRunner: Service, KeepsAwake {
    /// Imports at the same time: a slow server holds up only its own.
    static let maximumImports = 3

    let database: PostgresPool
    let source: any ListImportSource
    let bell: WakeSignal
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let found = await attempt("a look at the imports") { try await round() } ?? 0
                if found > 0 { continue }
                let isOpen = await attempt("counting imports") { try await database.first(OpenListImports()) ?? 0 > 0 } ?? true
                if isOpen { await bell.wait(atMost: .seconds(5)) } else { await bell.wait() }
            }
        }
    }

    /// Carries out what is due.
    ///
    /// - Returns: how many imports were taken.
    func round() async throws -> Int {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var taken = 0
            while let job = try await database.first(ClaimListImport(leaseSeconds: Self.seconds(ListImportWorker.lease))) {
                if taken >= Self.maximumImports { try await group.next() }
                taken += 1
                group.addTask { await carryOut(job) }
            }
            try await group.waitForAll()
            return taken
        }
    }

    func hasWork() async -> Bool {
        // Without an answer of the database nothing is known to be done.
        (try? await database.first(OpenListImports()).map { $0 > 0 }) ?? true
    }

    /// One import, with its lease kept.
    private func carryOut(_ job: ListImportJob) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                let extended = ExtendListImport(jobID: job.id, leaseSeconds: Self.seconds(ListImportWorker.lease))
                while (try? await Task.sleep(for: ListImportWorker.lease / 3)) != nil { _ = try? await database.execute(extended) }
            }
            await attempt("import \(job.id)") {
                try await ListImportWorker(database: database, source: source, logger: logger).run(job)
            }
            group.cancelAll()
        }
    }

    @discardableResult
    private func attempt<Value>(_ what: String, _ body: () async throws -> Value) async -> Value? {
        do {
            return try await body()
        } catch {
            if !Task.isCancelled {
                logger.warning("a piece of the import runner failed", metadata: ["piece": "\(what)", "error": "\(error)"])
            }
            return nil
        }
    }

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
}

extension ListImportRunner {
    init(_ environment: ServiceEnvironment, bell: WakeSignal) {
        database = environment.database
        let allowsPrivate = environment.configuration.bool(forKey: "datamailer.list.import.allow.private", default: false)
        source = PublicListImportSource(allowsPrivate: allowsPrivate)
        self.bell = bell
        logger = environment.logger
    }
}
