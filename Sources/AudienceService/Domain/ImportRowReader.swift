import CSV
import Contracts
import Email
import JSON
import Model

/// Turns the fields of one record into a change, or into every fault of the row.
///
/// An empty cell says nothing.
struct ImportRowReader: Sendable {
    private let roles: [ImportColumns.Role]
    private var attributes = JSONWriter(reservingCapacity: 512)
    private var tagSetsByCell: [String: Int] = [:]
    private(set) var tagSets = TagSets()

    init(columns: ImportColumns) { roles = columns.roles }

    enum Outcome {
        case patch(ContactPatch)
        case faults(RowReasons, email: String?)
    }

    /// Reads one row; it must have as many fields as the header.
    mutating func read(_ row: CSVRow) -> Outcome {
        var patch = ContactPatch(email: "")
        var faults = RowReasons()
        var extra: JSONObject?
        var texts = 0
        attributes.removeAll()
        attributes.beginObject()
        for (index, role) in roles.enumerated() where index < row.count {
            let isEmpty = row.withField(index) { $0.isEmpty }
            switch role {
            case .ignored: continue
            case .attribute(let name):
                guard !isEmpty else { continue }
                attributes.key(name)
                attributes.string(row.string(index))
                texts += 1
            case .email: readEmail(row, index, into: &patch, &faults)
            case .attributes where !isEmpty: extra = readObject(row.string(index), &faults)
            case .attributes: continue
            default:
                let cell = Self.trimmed(row.string(index))
                guard !cell.isEmpty else { continue }
                if let (field, reason) = read(cell, role, into: &patch) { faults.add(field, reason) }
            }
        }
        attributes.endObject()
        finishAttributes(&patch, extra: extra, texts: texts, row, &faults)
        guard faults.isEmpty else { return .faults(faults, email: patch.email.isEmpty ? emailCell(row) : patch.email) }
        return .patch(patch)
    }

    /// Reads one item of an import of JSON.
    mutating func read(item line: ArraySlice<UInt8>) -> Outcome {
        guard let change = try? ContactChange(importLine: line) else {
            var faults = RowReasons()
            faults.add("item", "invalid_json")
            return .faults(faults, email: nil)
        }
        do throws(ValidationFailure) {
            return .patch(try UpsertRules.patch(change, tagSets: &tagSets))
        } catch {
            var faults = RowReasons()
            for (field, code) in error.fields { faults.add(field, code, error.details?[field]) }
            return .faults(faults, email: change.email.isEmpty ? nil : String(change.email.prefix(320)))
        }
    }

    private func readEmail(_ row: CSVRow, _ index: Int, into patch: inout ContactPatch, _ faults: inout RowReasons) {
        do throws(EmailAddressError) {
            let address = try EmailAddress(row.string(index))
            patch.email = address.normalized
            if address.original != address.normalized { patch.emailOriginal = address.original }
        } catch {
            faults.add("email", error.fieldCode, "\(error)")
        }
    }

    /// The address as it stands in a refused row, for whoever looks for it.
    private func emailCell(_ row: CSVRow) -> String? {
        guard let index = roles.firstIndex(of: .email), index < row.count else { return nil }
        return String(row.string(index).prefix(320))
    }

    private func readObject(_ text: String, _ faults: inout RowReasons) -> JSONObject? {
        guard let value = try? JSONValue.parse(text) else {
            faults.add("attributes", "invalid_json")
            return nil
        }
        if let fault = AttributeRules.fault(value) { faults.add("attributes", fault) }
        return value.objectValue
    }

    /// A column of its own wins over the same name inside the `attributes` column.
    private func finishAttributes(
        _ patch: inout ContactPatch,
        extra: JSONObject?,
        texts: Int,
        _ row: CSVRow,
        _ faults: inout RowReasons
    ) {
        if var extra, !extra.isEmpty {
            for (index, role) in roles.enumerated() where index < row.count {
                if case .attribute(let name) = role, row.withField(index, { !$0.isEmpty }) { extra[name] = .string(row.string(index)) }
            }
            patch.attributes = JSONValue.object(extra).text
        } else if texts > 0 {
            patch.attributes = String(decoding: attributes.bytes, as: UTF8.self)
        }
        if patch.attributes.utf8.count > AttributeRules.maximumBytes { faults.add("attributes", "too_long") }
    }

    static func trimmed(_ text: String) -> String {
        guard let first = text.utf8.first, let last = text.utf8.last else { return text }
        if first > 0x20, first < 0x80, last > 0x20, last < 0x80 { return text }
        let start = text.drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }

    mutating func tagSet(ofCell cell: String) -> Int? {
        if let index = tagSetsByCell[cell] { return index }
        var slugs: [String] = []
        for part in cell.split(separator: ";") {
            if part.allSatisfy(\.isWhitespace) { continue }
            guard let slug = TagSlug.make(String(part)) else { return nil }
            slugs.append(slug)
        }
        guard slugs.count <= TagSets.maximumTags else { return nil }
        let index = tagSets.index(of: slugs)
        if tagSetsByCell.count < 10_000 { tagSetsByCell[cell] = index }
        return index
    }
}
