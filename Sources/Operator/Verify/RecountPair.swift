import Contracts
import ServiceRuntime

/// What two services know of the same ids, and what of it must be equal.
struct RecountPair: Sendable {
    /// Sums of one side over a span, page by page.
    typealias Sums = @Sendable (RecountSpan, _ after: String?) async throws -> RecountPage

    struct Side: Sendable {
        var service: ServiceName
        /// Which columns of its answer are compared, parallel to ``RecountPair/columns``; a mark may follow.
        var columns: [Int]
        var sums: Sums
    }

    /// What an id is: `recipient`, `contact`, `message`.
    var subject: String
    var columns: [String]
    var first: Int64
    var last: Int64
    var left: Side
    var right: Side
}

/// One id whose numbers differ.
struct RecountDifference: Sendable, Equatable {
    var span: RecountSpan
    var left: [Int64]
    var right: [Int64]
}

extension RecountPair {
    /// Where the two sides differ, down to single ids; at most `limit` of them.
    ///
    /// Holds the sums of ``RecountSpan/maximumPieces`` pieces at a time, and looks closer only where they differ: what is equal is read once.
    func differences(limit: Int) async throws -> [RecountDifference] {
        let whole = RecountSpan(first: first, last: last)
        let compared = try await compare(whole)
        guard let greatest = compared.greatest, !compared.isEqual, greatest >= first, greatest < last else {
            return try await closer(compared, whole, limit: limit)
        }
        let known = RecountSpan(first: first, last: greatest)
        let found = try await closer(try await compare(known), known, limit: limit)
        guard found.count < limit else { return found }
        let beyond = RecountSpan(first: greatest + 1, last: last)
        return found + (try await closer(try await compare(beyond), beyond, limit: limit - found.count))
    }

    private struct Compared {
        /// Numbers of the pieces that differ, ascending.
        var pieces: [Int64] = []
        var left: [Int64: [Int64]] = [:]
        var right: [Int64: [Int64]] = [:]
        var greatest: Int64?
        var isEqual: Bool { pieces.isEmpty }
    }

    private func compare(_ span: RecountSpan) async throws -> Compared {
        async let ours = total(left, span)
        async let theirs = total(right, span)
        let (one, other) = try await (ours, theirs)
        let differing = Set(one.sums.keys).union(other.sums.keys).filter { one.sums[$0] != other.sums[$0] }
        return Compared(pieces: differing.sorted(), left: one.sums, right: other.sums, greatest: one.greatest ?? other.greatest)
    }

    private func closer(_ compared: Compared, _ span: RecountSpan, limit: Int) async throws -> [RecountDifference] {
        let none = left.columns.map { _ in Int64(0) }
        var found: [RecountDifference] = []
        for number in compared.pieces where found.count < limit {
            let piece = span.piece(number)
            if piece.first == piece.last {
                found.append(RecountDifference(span: piece, left: compared.left[number] ?? none, right: compared.right[number] ?? none))
            } else {
                found += try await closer(try await compare(piece), piece, limit: limit - found.count)
            }
        }
        return found
    }

    /// Pieces without anything are left out.
    private func total(_ side: Side, _ span: RecountSpan) async throws -> (sums: [Int64: [Int64]], greatest: Int64?) {
        var total: [Int64: [Int64]] = [:]
        var after: String?
        var greatest: Int64?
        repeat {
            let page = try await side.sums(span, after)
            for (piece, sums) in zip(page.pieces, page.sums) {
                let wanted = side.columns.map { sums.indices.contains($0) ? sums[$0] : 0 }
                guard wanted.contains(where: { $0 != 0 }) else { continue }
                total[piece] = zip(total[piece] ?? wanted.map { _ in 0 }, wanted).map { $0 &+ $1 }
            }
            (after, greatest) = (page.next, page.greatest)
        } while after != nil
        return (total, greatest)
    }

    /// `recipient 17: opens: tracking has 2, campaign has 1`.
    func line(_ difference: RecountDifference) -> String {
        let numbers = columns.indices.filter { difference.left[$0] != difference.right[$0] }.map { index in
            "\(columns[index]): \(left.service.rawValue) has \(difference.left[index]), \(right.service.rawValue) has \(difference.right[index])"
        }
        return "\(subject) \(difference.span.first): \(numbers.joined(separator: "; "))"
    }
}
