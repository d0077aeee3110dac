import JSONRPC

/// What an import of one or several files did.
struct ImportReport: RPCPayload, Codable, Equatable {
    struct Part: Codable, Equatable {
        var file: String
        var summary: ImportSummary
    }

    private(set) var parts: [Part] = []

    mutating func add(_ summary: ImportSummary, title: String) { parts.append(Part(file: title, summary: summary)) }

    /// One file is told as its summary, several each under its name.
    func show(_ services: ServiceOptions, showing limit: Int) throws {
        if parts.count == 1, let only = parts.first?.summary { return try services.show(only, only.lines(showing: limit)) }
        try services.show(self, parts.flatMap { ["\($0.file):"] + $0.summary.lines(showing: limit) })
    }
}
