import JSON
import JSONRPC
import Model

/// Sums of what a service has stored, by ranges of ids: `datamailer verify` compares those of two services, so that what was lost between
/// them shows although each is consistent in itself (I4).
///
/// Beside its sums a piece may have a mark: the same sums weighted by a number made of the id, so that two differences that cancel each
/// other out are seen too. An answer covers a page of the service's rows; the sums of all pages are the sums of the span. Never more than ``RecountSpan/maximumPieces``
/// lines, however many rows there are (I10). Changes nothing.
package protocol RecountMethod: RPCMethod where Result == RecountPage, Failure == NoFailure {
    var span: RecountSpan { get set }
    /// ``RecountPage/next`` of the page before; nil for the first.
    var after: String? { get set }
}

/// Ids from `first` to `last`, in pieces of `width` ids.
package struct RecountSpan: Codable, Equatable, Sendable {
    package static let maximumPieces: Int64 = 1_000

    package var first: Int64
    package var last: Int64
    package var width: Int64

    /// As many pieces as one answer may have, or fewer.
    package init(first: Int64, last: Int64) {
        self.first = first
        self.last = max(first, last)
        width = (self.last - first) / Self.maximumPieces + 1
    }

    /// The ids of a piece, by its number from 0.
    package func piece(_ number: Int64) -> RecountSpan {
        let start = first + number * width
        return RecountSpan(first: start, last: last - start < width ? last : start + width - 1)
    }
}

/// The sums of one page.
package struct RecountPage: RPCPayload, Codable, Equatable {
    /// Numbers of the pieces that have anything, ascending.
    package var pieces: [Int64]
    /// The sums of each of them, in the order of the method's columns.
    package var sums: [[Int64]]
    /// Where the next page begins; nil after the last one.
    package var next: String?
    /// The greatest id that there is, from a service that owns the ids.
    package var greatest: Int64?

    package init(pieces: [Int64] = [], sums: [[Int64]] = [], next: String? = nil, greatest: Int64? = nil) {
        self.pieces = pieces
        self.sums = sums
        self.next = next
        self.greatest = greatest
    }

    /// From columns as a statement gives them; pieces with nothing but zeros are left out.
    package init(pieces: [Int64], columns: [[Int64]], next: String?, greatest: Int64? = nil) {
        self.init(next: next, greatest: greatest)
        for (index, piece) in pieces.enumerated() {
            let line = columns.map { $0[index] }
            guard line.contains(where: { $0 != 0 }) else { continue }
            self.pieces.append(piece)
            sums.append(line)
        }
    }
}

/// Which recipients can be compared with Delivery.
package struct RecountBounds: RPCPayload, Codable, Equatable {
    /// From here on recipients are so young that Delivery still has every event of the provider about them.
    package var firstRecentRecipient: Int64

    package init(firstRecentRecipient: Int64) { self.firstRecentRecipient = firstRecentRecipient }
}
