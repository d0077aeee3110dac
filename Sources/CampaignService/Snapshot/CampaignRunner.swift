import Contracts
import Logging
import Model
import Postgres
import ServiceLifecycle
import ServiceRuntime

/// The background of the service: snapshots page by page, messages for batches that need one, scheduled starts, and the sweep.
///
/// Rung by the methods; looks by itself every 5 s, which is also how long it waits after a failure.
struct CampaignRunner: Service {
    /// With the 45 s of an attempt: rows of a worker that died are settled within 60 s.
    static let sweepInterval: Duration = .seconds(10)

    var handlers: CampaignHandlers

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let clock = ContinuousClock()
            var swept: ContinuousClock.Instant?
            while !Task.isCancelled {
                let isSweepDue = swept.map { clock.now - $0 >= Self.sweepInterval } ?? true
                if isSweepDue { swept = clock.now }
                if await round(sweeping: isSweepDue) { continue }
                await handlers.runnerBell.wait(atMost: .seconds(5))
            }
        }
    }

    /// One look at everything; a piece that fails does not keep the others.
    /// - Returns: whether a snapshot has more pages to go.
    func round(sweeping: Bool) async -> Bool {
        let round = CampaignRound(handlers: handlers)
        await attempt("starting scheduled campaigns") { _ = try await round.startDue() }
        if sweeping { await attempt("sweeping") { _ = try await round.sweep() } }
        var hasMore = false
        await attempt("snapshots") {
            for id in try await handlers.database.run(NextSnapshot()) {
                await attempt("a snapshot") {
                    if try await CampaignSnapshot(handlers: handlers).step(id, pages: CampaignSnapshot.pagesInARow) == .more {
                        hasMore = true
                    }
                }
            }
        }
        await attempt("enqueueing batches") { _ = try await round.enqueueMarked() }
        return hasMore && !Task.isCancelled
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do { try await body() } catch {
            if Task.isCancelled { return }
            handlers.logger.warning("a piece of the campaign runner failed", metadata: ["piece": "\(what)", "error": "\(error)"])
        }
    }
}
