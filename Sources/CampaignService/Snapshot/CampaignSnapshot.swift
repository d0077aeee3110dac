import Contracts
import JSONRPC
import Model
import Postgres

/// One campaign's way from its selection to its ledger, page by page.
struct CampaignSnapshot: Sendable {
    /// Candidates a page: some megabytes at most, well below the line limit.
    static let pageSize = 10_000
    /// Pages in a row before the runner looks at other campaigns and at what else is due.
    static let pagesInARow = 10
    /// Of a refused page that is smaller only the first candidate is asked for.
    static let smallestPage = 150

    enum Progress: Sendable, Equatable {
        case more
        case complete
        /// Cancelled, failed, or another process goes on with it.
        case stopped
    }

    /// One candidate alone is more than a line of the wire.
    struct CandidateTooLarge: Error {}

    /// Audience's answer was not a page that follows the cursor.
    struct ImpossiblePage: Error, CustomStringConvertible {
        var description: String
    }

    var handlers: CampaignHandlers

    /// Asks for the next page and writes it, or so many of them: the next one is asked for while one is written.
    ///
    /// Throws when Audience or the database is away: what is written then stays, try again.
    func step(_ id: CampaignID, pages: Int = 1) async throws -> Progress {
        guard let task = try await handlers.database.first(SnapshotTask(id: id)), !task.isComplete, !task.status.isOver else {
            return .stopped
        }
        do {
            return try await write(task, of: id, pages: pages)
        } catch RPCCallError<ValidationFailure>.failed(let failure) {
            let reasons = failure.fields.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", ")
            try await CampaignRound(handlers: handlers).fail(id, reason: "its recipients cannot be selected: \(reasons)")
            return .stopped
        } catch is CandidateTooLarge {
            // Trying again would find the same: whatever is behind it would wait for ever.
            let stored = try await handlers.database.first(SnapshotTask(id: id))?.cursor ?? task.cursor
            let reason = "its recipients cannot be selected: the merge fields of the next contact behind \(stored) are too large to be sent"
            try await CampaignRound(handlers: handlers).fail(id, reason: reason)
            return .stopped
        }
    }

    private func write(_ first: SnapshotTask.Output, of id: CampaignID, pages: Int) async throws -> Progress {
        let writer = SnapshotPageWriter(handlers: handlers)
        var task = first
        var page = try await candidates(task, limit: Self.pageSize)
        for pagesAfter in (0..<max(pages, 1)).reversed() {
            try Self.check(page, after: task.cursor)
            guard pagesAfter > 0, let next = page.next else { break }
            let following = task.behind(next)
            let limit = Self.limit(after: page)
            async let nextPage = candidates(following, limit: limit)
            guard try await writer.write(page, of: id, from: task.cursor) else { return .stopped }
            page = try await nextPage
            task = following
        }
        guard try await writer.write(page, of: id, from: task.cursor) else { return .stopped }
        guard page.next == nil else { return .more }
        // Nobody to mail, or all is sent already.
        try await handlers.finishIfDone(id)
        return .complete
    }

    /// Of a page that Audience ended early, because of its size, about as many as came are asked for next: it looks at all that are asked for.
    private static func limit(after page: CandidatePage) -> Int { min(pageSize, max(page.contactIDs.count * 2, smallestPage)) }

    /// A page that is too large for one line is asked for again in smaller pieces, down to a single candidate.
    private func candidates(_ task: SnapshotTask.Output, limit: Int) async throws -> CandidatePage {
        var limit = limit
        while true {
            let request = CampaignCandidates(
                scope: task.scope,
                includeTags: task.includeTags,
                excludeTags: task.excludeTags,
                categoryTag: task.categoryTag,
                after: task.cursor,
                limit: limit,
                attributeNames: task.attributeNames,
                recipientListKey: task.recipientListKey,
                segmentRules: task.segmentRules,
                wantsMember: task.usesMember
            )
            do { return try await handlers.audience.call(request) } catch {
                guard Self.isTooLong(error) else { throw error }
                guard limit > 1 else { throw CandidateTooLarge() }
                limit = limit > Self.smallestPage ? max(limit / 2, Self.smallestPage) : 1
            }
        }
    }

    private static func isTooLong(_ error: RPCCallError<ValidationFailure>) -> Bool {
        guard case .refused(let code, _) = error else { return false }
        return code == RPCErrorCode.answerTooLong.rawValue
    }

    /// Strictly ascending contacts behind the cursor: what makes one row per contact certain.
    static func check(_ page: CandidatePage, after cursor: ContactID) throws(ImpossiblePage) {
        let count = page.contactIDs.count
        guard page.emails.count == count, page.skipReasons.count == count, page.mergeFields.count == count else {
            throw ImpossiblePage(description: "the columns of a page of candidates differ in length")
        }
        var last = cursor.rawValue
        for contactID in page.contactIDs {
            guard contactID > last else { throw ImpossiblePage(description: "candidates are not in ascending order behind the cursor") }
            last = contactID
        }
        guard let next = page.next else { return }
        guard next.rawValue >= last, next > cursor else { throw ImpossiblePage(description: "the next cursor lies before the page's end") }
    }
}
