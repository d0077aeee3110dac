/// One fault of a header.
///
/// Columns count from 1.
package enum CSVHeaderProblem: Equatable, Sendable {
    case missingColumn(name: String)
    case duplicateName(name: String, column: Int, firstColumn: Int)
    case emptyName(column: Int)
    case tooManyColumns(found: Int, limit: Int)

    /// A stable name for the fault, for API answers.
    package var code: String {
        switch self {
        case .missingColumn: "missing_column"
        case .duplicateName: "duplicate_column"
        case .emptyName: "empty_column_name"
        case .tooManyColumns: "too_many_columns"
        }
    }

    /// The column at fault, where there is one.
    package var column: Int? {
        switch self {
        case .missingColumn, .tooManyColumns: nil
        case .duplicateName(_, let column, _), .emptyName(let column): column
        }
    }
}

extension CSVHeaderProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missingColumn(let name): "there is no column \"\(name)\""
        case .duplicateName(let name, let column, let first): "column \(column) has the name of column \(first), \"\(name)\""
        case .emptyName(let column): "column \(column) has no name"
        case .tooManyColumns(let found, let limit): "\(found) columns, \(limit) are allowed"
        }
    }
}

/// The column names of a file, normalised: trimmed, lower-cased, spaces to `_`.
package struct CSVHeader: Equatable, Sendable {
    /// The limit of columns in a file.
    package static let maximumColumns = 1000

    /// The normalised names, in the order of the columns.
    package let names: [String]
    private let indexes: [String: Int]

    /// Reads the header from its fields.
    ///
    /// - Throws: `CSVFileError.invalidHeader` with every fault: an empty name, a name given twice, a required one absent.
    package init(fields: [String], required: [String] = ["email"]) throws(CSVFileError) {
        if fields.count > Self.maximumColumns {
            throw .invalidHeader([.tooManyColumns(found: fields.count, limit: Self.maximumColumns)])
        }
        var problems: [CSVHeaderProblem] = []
        var indexes: [String: Int] = [:]
        names = fields.map(Self.normalised)
        for (index, name) in names.enumerated() {
            if name.isEmpty {
                problems.append(.emptyName(column: index + 1))
            } else if let first = indexes[name] {
                problems.append(.duplicateName(name: name, column: index + 1, firstColumn: first + 1))
            } else {
                indexes[name] = index
            }
        }
        problems += required.filter { indexes[$0] == nil }.map { .missingColumn(name: $0) }
        guard problems.isEmpty else { throw .invalidHeader(problems) }
        self.indexes = indexes
    }

    /// The index, from 0, of the column with this normalised name.
    package func index(of name: String) -> Int? { indexes[name] }

    /// The form of a name under which it is stored: trimmed, lower-cased, each inner white space character as `_`.
    package static func normalised(_ name: String) -> String {
        let trimmed = name.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(trimmed[...last].lowercased().map { $0.isWhitespace ? "_" : $0 })
    }
}
