import JSON
import Model

/// Why a hot message could not be read.
package enum HotCodecError: Error, Equatable, CustomStringConvertible {
    case missing(String)
    case unknownValue(String)
    case tooMany(String, limit: Int)
    /// Columns that must be parallel are not.
    case unequalColumns

    package var description: String {
        switch self {
        case .missing(let name): "\(name) is missing"
        case .unknownValue(let name): "\(name) has an unknown value"
        case .tooMany(let name, let limit): "\(name) has more than \(limit) elements"
        case .unequalColumns: "columns differ in length"
        }
    }
}

extension Optional {
    /// The member's value; throws when it was not there.
    func required(_ name: String) throws(HotCodecError) -> Wrapped {
        guard let self else { throw .missing(name) }
        return self
    }
}

extension JSONReader {
    /// Takes an array of integers; without a limit as many as the line holds.
    mutating func integers(_ name: String, limit: Int? = nil) throws -> [Int64] {
        var values: [Int64] = []
        try array { reader in
            if let limit, values.count == limit { throw HotCodecError.tooMany(name, limit: limit) }
            values.append(try reader.integer())
        }
        return values
    }

    mutating func strings() throws -> [String] {
        var values: [String] = []
        try array { reader in values.append(try reader.string()) }
        return values
    }

    mutating func timestamp(_ name: String) throws -> Timestamp {
        guard let value = Timestamp(iso8601: try string()) else { throw HotCodecError.unknownValue(name) }
        return value
    }
}
