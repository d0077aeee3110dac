/// Why one record of a CSV file was not taken, with the place a person can look it up.
///
/// A refusal concerns one record only; what comes after it is read on.
package struct CSVRefusal: Error, Equatable, Sendable {
    /// What was wrong with the record.
    ///
    /// Columns count from 1.
    package enum Reason: Equatable, Sendable {
        /// The record is longer than `limit` bytes; `quoteOpenedAtLine` names the open quote that made it so, if one did.
        case recordTooLong(limit: Int, quoteOpenedAtLine: Int?)
        /// The file ended inside a quoted field; the refusal's line is the one where the quote opened.
        case unterminatedQuote
        /// Something other than a delimiter follows a closing quote.
        case textAfterQuote(column: Int)
        case wrongFieldCount(expected: Int, found: Int)
        /// The bytes are not text in the encoding of the file.
        case invalidEncoding(column: Int)
        /// A NUL byte, which no text column can hold.
        case nulByte(column: Int)
    }

    package var reason: Reason
    /// The physical line of the file, from 1, on which the record starts.
    package var line: Int
    /// The number of the record, from 1; the header is a record, blank lines are not.
    package var recordNumber: Int

    package init(_ reason: Reason, line: Int, recordNumber: Int) {
        self.reason = reason
        self.line = line
        self.recordNumber = recordNumber
    }

    /// A stable name for the reason, for API answers and error files.
    package var code: String {
        switch reason {
        case .recordTooLong: "record_too_long"
        case .unterminatedQuote: "unterminated_quote"
        case .textAfterQuote: "text_after_quote"
        case .wrongFieldCount: "wrong_field_count"
        case .invalidEncoding: "invalid_encoding"
        case .nulByte: "nul_byte"
        }
    }
}

extension CSVRefusal: CustomStringConvertible {
    /// One line for people.
    ///
    /// It never contains the data of the record.
    package var description: String {
        "line \(line): \(explanation())"
    }

    /// The description without the line.
    ///
    /// - Parameter firstLine: the line of the file where the text begins whose lines the refusal counts.
    package func explanation(firstLine: Int = 1) -> String {
        switch reason {
        case .recordTooLong(let limit, let quoteLine?):
            "the record is longer than \(limit) bytes because of the quote that opens in line \(firstLine + quoteLine - 1)"
        case .recordTooLong(let limit, nil): "the record is longer than \(limit) bytes"
        case .unterminatedQuote: "a quote opens here and the file ends before it closes"
        case .textAfterQuote(let column): "text follows the closing quote in column \(column)"
        case .wrongFieldCount(let expected, let found): "\(expected) fields expected, \(found) found"
        case .invalidEncoding(let column): "column \(column) is not valid text in the encoding of the file"
        case .nulByte(let column): "column \(column) contains a NUL byte"
        }
    }
}
