import JSON
import JSONRPC
import Model

// Written and read by hand: a page answers thousands of rows. The names are those that `Codable` would use.

extension ImportPageResult {
    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("counts")
        counts.write(to: &writer)
        writer.key("faults")
        writer.beginArray()
        for fault in faults { fault.write(to: &writer) }
        writer.endArray()
        writer.key("results")
        writer.beginArray()
        for result in results { try result.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ImportPageResult {
        var result = ImportPageResult(counts: ImportCounts(), faults: [], results: [])
        var fields = RequiredFields()
        var reader = JSONReader(json)
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "counts": result.counts = try ImportCounts(from: &reader)
            case "faults": try reader.array { result.faults.append(try RowFault(from: &$0)) }
            case "results": try reader.array { result.results.append(try ImportRowResult(from: &$0)) }
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["counts", "faults", "results"])
        return result
    }
}

extension ImportCounts {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in [
            ("total", total), ("created", created), ("updated", updated), ("unchanged", unchanged), ("skipped", skipped),
            ("invalid", invalid),
        ] {
            writer.key(name)
            writer.integer(Int64(value))
        }
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws {
        var counts = ImportCounts()
        try reader.object { key, reader in
            switch key {
            case "total": counts.total = Int(try reader.integer())
            case "created": counts.created = Int(try reader.integer())
            case "updated": counts.updated = Int(try reader.integer())
            case "unchanged": counts.unchanged = Int(try reader.integer())
            case "skipped": counts.skipped = Int(try reader.integer())
            case "invalid": counts.invalid = Int(try reader.integer())
            default: try reader.skip()
            }
        }
        self = counts
    }
}

extension ImportRowResult {
    func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("item")
        writer.integer(Int64(item))
        writer.key("email")
        writer.string(email)
        writer.key("action")
        writer.string(action.rawValue)
        if let reason {
            writer.key("reason")
            writer.string(reason)
        }
        if let keptItem {
            writer.key("keptItem")
            writer.integer(Int64(keptItem))
        }
        if let contact {
            writer.key("contact")
            try contact.write(to: &writer)
        }
        writer.endObject()
    }

    init(from reader: inout JSONReader) throws {
        var result = ImportRowResult(item: 0, email: "", action: .unchanged)
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "item": result.item = Int(try reader.integer())
            case "email": result.email = try reader.string()
            case "action": result.action = try reader.choice()
            case "reason": result.reason = try reader.takeNull() ? nil : try reader.string()
            case "keptItem": result.keptItem = try reader.takeNull() ? nil : Int(try reader.integer())
            case "contact": result.contact = try reader.takeNull() ? nil : try ContactStatus.read(try reader.raw())
            default: try reader.skip()
            }
        }
        try fields.require(["item", "email", "action"])
        self = result
    }
}
