import CSV
import Contracts

/// What each column of an import means (API.md section 2, CSV columns).
struct ImportColumns: Sendable {
    enum Role: Equatable, Sendable {
        case email, status, verified, verifiedAt, tags, attributes
        case validationStatus, validationReason, validatedAt
        case globalUnsubscribed, hardBounced, complained
        case unsubscribed, unsubscribedAt, unsubscribeReason
        /// Columns of our own export that say where the row came from.
        case ignored
        /// Every other column: a text attribute of this name.
        case attribute(String)
    }

    var roles: [Role]

    /// No columns: of a file that is not CSV.
    init() { roles = [] }

    /// Reads a header.
    ///
    /// - Throws: `csv.header: missing_email_column | duplicate_column | empty_column_name | too_many_columns` with the details.
    init(header: [String]) throws(ValidationFailure) {
        let names: CSVHeader
        do {
            names = try CSVHeader(fields: ImportColumns.withoutByteOrderMark(header), required: ["email"])
        } catch {
            throw ImportColumns.failure(error)
        }
        if names.index(of: "status") != nil, names.index(of: "subscription_status") != nil {
            throw ValidationFailure(
                ["csv.header": "duplicate_column"],
                details: ["csv.header": "\"status\" and \"subscription_status\" are the same column"]
            )
        }
        if let name = names.names.first(where: { !TextRules.isStorable($0) || $0.utf8.count > 200 }) {
            throw ValidationFailure(["csv.header": "invalid_column_name"], details: ["csv.header": String(name.prefix(40))])
        }
        roles = names.names.map(ImportColumns.role)
    }

    /// A sender that cut the header itself may have left the mark on the first name.
    private static func withoutByteOrderMark(_ header: [String]) -> [String] {
        guard let first = header.first, first.unicodeScalars.first == "\u{FEFF}" else { return header }
        return [String(String.UnicodeScalarView(first.unicodeScalars.dropFirst()))] + header.dropFirst()
    }

    private static func failure(_ error: CSVFileError) -> ValidationFailure {
        guard case .invalidHeader(let problems) = error,
            let first = problems.first(where: { $0 != .missingColumn(name: "email") }) ?? problems.first
        else { return ValidationFailure(["csv.header": error.code], details: ["csv.header": error.description]) }
        let reason = if case .missingColumn = first { "missing_email_column" } else { first.code }
        return ValidationFailure(["csv.header": reason], details: ["csv.header": error.description])
    }

    private static func role(_ name: String) -> Role {
        switch name {
        case "email": .email
        case "status", "subscription_status": .status
        case "verified": .verified
        case "verified_at": .verifiedAt
        case "tags": .tags
        case "attributes": .attributes
        case "email_validation_status": .validationStatus
        case "email_validation_reason": .validationReason
        case "email_validated_at": .validatedAt
        case "global_unsubscribed": .globalUnsubscribed
        case "hard_bounced": .hardBounced
        case "complained": .complained
        case "unsubscribed": .unsubscribed
        case "unsubscribed_at": .unsubscribedAt
        case "unsubscribe_reason": .unsubscribeReason
        case "updated_at", "audience", "client": .ignored
        default: .attribute(name)
        }
    }
}
