import JSON

/// Reads the envelope of a line by hand, without building a tree (JSON-RPC 2.0 sections 4 and 6).
struct RPCRequestParser: Sendable {
    var limits: RPCLimits

    static let null = ArraySlice("null".utf8)

    func parse(_ line: ArraySlice<UInt8>) -> RPCIncoming {
        var reader = JSONReader(line, limits: JSONLimits(maximumDepth: limits.maximumDepth))
        switch reader.peek() {
        case UInt8(ascii: "{"): return .single(object(line))
        case UInt8(ascii: "["): return batch(line)
        default: return .single(wellFormed(line) ?? refusal(.invalidRequest, "a request is an object"))
        }
    }

    /// Nil when the line is one JSON text, whatever it says; otherwise why it is none.
    private func wellFormed(_ line: ArraySlice<UInt8>) -> RPCItem? {
        do {
            var reader = JSONReader(line, limits: JSONLimits(maximumDepth: limits.maximumDepth))
            try reader.skip()
            try reader.end()
            return nil
        } catch {
            return refusal(of: error)
        }
    }

    private func batch(_ line: ArraySlice<UInt8>) -> RPCIncoming {
        if let refusal = wellFormed(line) { return .single(refusal) }
        var items: [RPCItem] = []
        var count = 0
        do {
            var reader = JSONReader(line, limits: JSONLimits(maximumDepth: limits.maximumDepth))
            try reader.array { reader in
                let element = try reader.raw()
                count += 1
                if count <= limits.maximumBatch { items.append(object(element)) }
            }
        } catch {
            return .single(refusal(of: error))
        }
        guard count > 0 else { return .single(refusal(.invalidRequest, "the batch is empty")) }
        guard count <= limits.maximumBatch else {
            return .single(refusal(.batchTooLarge, "the batch has \(count) elements, at most \(limits.maximumBatch) are taken"))
        }
        return .batch(items)
    }

    private func object(_ bytes: ArraySlice<UInt8>) -> RPCItem {
        guard bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { return refusal(.invalidRequest, "a request is an object") }
        if let request = RPCRequestMembers.plainRequest(bytes, limits: limits) { return .request(request) }
        var members = RPCRequestMembers()
        do {
            var reader = JSONReader(bytes, limits: JSONLimits(maximumDepth: limits.maximumDepth))
            try reader.object { key, reader in try members.take(key, from: &reader) }
            try reader.end()
        } catch {
            // A doubled key stops the reading; only if the rest is JSON it is an invalid request rather than broken text.
            if (error as? JSONParseError)?.reason == .duplicateKey, let broken = wellFormed(bytes) { return broken }
            return refusal(of: error)
        }
        return members.item()
    }

    private func refusal(_ code: RPCErrorCode, _ reason: String) -> RPCItem { .refused(code, id: Self.null, reason: reason) }

    private func refusal(of error: any Error) -> RPCItem {
        guard let error = error as? JSONParseError else { return refusal(.parseError, "not JSON") }
        return switch error.reason {
        case .tooDeep: refusal(.tooDeep, "nested deeper than \(limits.maximumDepth) levels at byte \(error.offset)")
        case .duplicateKey: refusal(.invalidRequest, "a key stands twice at byte \(error.offset)")
        default: refusal(.parseError, error.description)
        }
    }
}

/// The members of a request object, collected before they are judged, because broken JSON behind them comes first.
private struct RPCRequestMembers {
    private var version: ArraySlice<UInt8>?
    private var method: ArraySlice<UInt8>?
    private var id: ArraySlice<UInt8>?
    private var params: ArraySlice<UInt8>?
    private var metadata: ArraySlice<UInt8>?

    /// A request that is written as every program writes it; nil for others, which are looked at member by member.
    static func plainRequest(_ json: ArraySlice<UInt8>, limits: RPCLimits) -> RPCRequest? {
        let limits = JSONLimits(maximumDepth: limits.maximumDepth)
        guard let envelope = JSONEnvelope(json, names: names, finding: "_meta", in: 3, limits: limits),
            envelope.has(0, written: "\"2.0\""), let method = text(envelope[2])
        else { return nil }
        let (id, params) = (envelope[1], envelope[3])
        if let id, !isIdentifier(id) { return nil }
        if let first = params?.first, first != UInt8(ascii: "{") { return nil }
        return RPCRequest(id: id, method: method, params: params, metadata: envelope.inner)
    }

    private static let names: JSONEnvelope.Names = ["jsonrpc", "id", "method", "params", ""]

    mutating func take(_ key: String, from reader: inout JSONReader) throws {
        switch key {
        case "jsonrpc": version = try reader.raw()
        case "method": method = try reader.raw()
        case "id": id = try reader.raw()
        case "params" where reader.peek() == UInt8(ascii: "{"): (params, metadata) = try reader.rawObject(finding: "_meta")
        case "params": params = try reader.raw()
        default: try reader.skip()
        }
    }

    func item() -> RPCItem {
        if let id, !Self.isIdentifier(id) { return refusal(RPCRequestParser.null, "an id is a string, a number or null") }
        let echoed = id ?? RPCRequestParser.null
        guard Self.text(version) == "2.0" else { return refusal(echoed, "jsonrpc is not \"2.0\"") }
        guard let method = Self.text(method) else { return refusal(echoed, "method is not a string") }
        if let first = params?.first, first != UInt8(ascii: "{"), first != UInt8(ascii: "[") {
            return refusal(echoed, "params is neither an object nor an array")
        }
        return .request(RPCRequest(id: id, method: method, params: params, metadata: metadata))
    }

    private func refusal(_ id: ArraySlice<UInt8>, _ reason: String) -> RPCItem { .refused(.invalidRequest, id: id, reason: reason) }

    private static func isIdentifier(_ token: ArraySlice<UInt8>) -> Bool {
        switch token.first ?? 0 {
        case UInt8(ascii: "\""), UInt8(ascii: "n"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    private static func text(_ token: ArraySlice<UInt8>?) -> String? {
        guard let token else { return nil }
        var reader = JSONReader(token)
        return try? reader.string()
    }
}
