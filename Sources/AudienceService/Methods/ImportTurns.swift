import Model
import ServiceRuntime
import Synchronization

/// Lets a page wait in memory while this process applies the one before it.
///
/// The order of pages is held by the job's row; waiting here only spares the sender a refusal, and keeps no connection meanwhile.
final class ImportTurns: Sendable {
    fileprivate struct Page: Hashable {
        var job: ImportJobID
        var sequence: Int
    }

    /// One page in the process, from ``enter(_:_:)`` to ``leave(_:)``.
    final class Place: Sendable {
        fileprivate let page: Page
        fileprivate let signal = WakeSignal()

        fileprivate init(_ page: Page) { self.page = page }

        /// Returns when the page before has left, after `limit`, or when the task is cancelled.
        func turn(within limit: Duration) async { await signal.wait(atMost: limit) }
    }

    private let places = Mutex<[Page: [Place]]>([:])

    /// Before anything about the job is read, so that no departure goes unseen.
    func enter(_ job: ImportJobID, _ sequence: Int) -> Place {
        let place = Place(Page(job: job, sequence: sequence))
        places.withLock { $0[place.page, default: []].append(place) }
        return place
    }

    /// The page was applied, or was not: either way the next one may ask the job's row.
    func leave(_ place: Place) {
        let following = Page(job: place.page.job, sequence: place.page.sequence + 1)
        let called = places.withLock { places in
            let others = places[place.page]?.filter { $0 !== place } ?? []
            places[place.page] = others.isEmpty ? nil : others
            return places[following] ?? []
        }
        for next in called { next.signal.wake() }
    }
}
