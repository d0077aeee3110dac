/// Why a CSV file as a whole cannot be read.
///
/// Nothing of it has been taken then.
package enum CSVFileError: Error, Equatable, Sendable {
    /// The file starts with the byte order mark of UTF-16; it has to be saved as UTF-8.
    case utf16
    case utf32
    /// There is no record at all.
    case empty
    /// The header record itself could not be read.
    case unreadableHeader(CSVRefusal)
    /// What is wrong with the header names, all of it.
    case invalidHeader([CSVHeaderProblem])

    /// A stable name for the reason, for API answers.
    package var code: String {
        switch self {
        case .utf16, .utf32: "unsupported_encoding"
        case .empty: "empty_file"
        case .unreadableHeader(let refusal): refusal.code
        case .invalidHeader(let problems): problems.first?.code ?? "invalid_header"
        }
    }
}

extension CSVFileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .utf16: "the file is UTF-16; save it as UTF-8"
        case .utf32: "the file is UTF-32; save it as UTF-8"
        case .empty: "the file has no records"
        case .unreadableHeader(let refusal): "the header cannot be read: \(refusal)"
        case .invalidHeader(let problems): problems.map(\.description).joined(separator: "; ")
        }
    }
}
