import JSON
import JSONRPC
import Model

// Written and read by hand: a page carries megabytes of records. The names are those that `Codable` would use.

extension ImportPage {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("jobID")
        writer.integer(jobID.rawValue)
        writer.key("organizationID")
        writer.integer(organizationID.rawValue)
        writer.key("sequence")
        writer.integer(Int64(sequence))
        writer.key("firstLine")
        writer.integer(Int64(firstLine))
        writer.key("firstItem")
        writer.integer(Int64(firstItem))
        writer.key("records")
        writer.string(records)
        writer.key("refused")
        writer.beginArray()
        for fault in refused { fault.write(to: &writer) }
        writer.endArray()
        writer.key("wantsResults")
        writer.bool(wantsResults)
        writer.key("isLast")
        writer.bool(isLast)
        writer.key("waitsForPrevious")
        writer.bool(waitsForPrevious)
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ImportPage {
        var fields = RequiredFields()
        var page = ImportPage(
            jobID: ImportJobID(0),
            organizationID: OrganizationID(0),
            sequence: 0,
            firstLine: 0,
            firstItem: 0,
            records: "",
            refused: [],
            wantsResults: false,
            isLast: false
        )
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "jobID": page.jobID = ImportJobID(try reader.integer())
            case "organizationID": page.organizationID = OrganizationID(try reader.integer())
            case "sequence": page.sequence = Int(try reader.integer())
            case "firstLine": page.firstLine = Int(try reader.integer())
            case "firstItem": page.firstItem = Int(try reader.integer())
            case "records": page.records = try reader.string()
            case "refused": try reader.array { page.refused.append(try RowFault(from: &$0)) }
            case "wantsResults": page.wantsResults = try reader.bool()
            case "isLast": page.isLast = try reader.bool()
            case "waitsForPrevious": page.waitsForPrevious = try reader.bool()
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require([
            "jobID", "organizationID", "sequence", "firstLine", "firstItem", "records", "refused", "wantsResults", "isLast",
        ])
        return page
    }
}

extension RowFault {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("line")
        writer.integer(Int64(line))
        writer.key("item")
        writer.integer(Int64(item))
        if let email {
            writer.key("email")
            writer.string(email)
        }
        writer.key("errors")
        writer.beginObject()
        for (field, reason) in errors.sorted(by: { $0.key < $1.key }) {
            writer.key(field)
            writer.string(reason)
        }
        writer.endObject()
        if let details {
            writer.key("details")
            writer.beginObject()
            for (field, text) in details.sorted(by: { $0.key < $1.key }) {
                writer.key(field)
                writer.string(text)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws {
        var fault = RowFault(line: 0, item: 0, errors: [:])
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "line": fault.line = Int(try reader.integer())
            case "item": fault.item = Int(try reader.integer())
            case "email": fault.email = try reader.takeNull() ? nil : try reader.string()
            case "errors": try reader.object { field, reader in fault.errors[field] = try reader.string() }
            case "details":
                guard try !reader.takeNull() else { return }
                var details: [String: String] = [:]
                try reader.object { field, reader in details[field] = try reader.string() }
                fault.details = details
            default: try reader.skip()
            }
        }
        try fields.require(["line", "item", "errors"])
        self = fault
    }
}
