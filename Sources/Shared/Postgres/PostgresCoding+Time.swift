import Model

extension Timestamp: PostgresEncodable, PostgresDecodable {
    /// Postgres counts from 2000-01-01.
    private static var epochOffset: Int64 { 946_684_800_000_000 }

    package static var postgresType: PostgresType { .timestamptz }

    /// A moment outside the server's range is refused by the server (22008).
    package func encode(into bytes: inout [UInt8]) {
        let (value, overflow) = microseconds.subtractingReportingOverflow(Self.epochOffset)
        bytes.appendBigEndian(overflow ? Int64.min + 1 : value)
    }

    /// `timestamptz`, `timestamp` (taken as UTC) and `date` (midnight UTC); `infinity` has no counterpart and is an error.
    package init(postgres value: PostgresValue) throws(PostgresValueError) {
        let sinceEpoch: Int64
        switch value.type {
        case .timestamptz, .timestamp:
            sinceEpoch = try value.integer()
            guard sinceEpoch != Int64.max, sinceEpoch != Int64.min else { throw .value }
        case .date:
            let days = try value.integer(Int32.self)
            guard days != Int32.max, days != Int32.min else { throw .value }
            sinceEpoch = Int64(days) * 86_400_000_000
        default: throw .type
        }
        let (microseconds, overflow) = sinceEpoch.addingReportingOverflow(Self.epochOffset)
        guard !overflow else { throw .value }
        self.init(microseconds: microseconds)
    }
}

extension Identifier: PostgresEncodable, PostgresDecodable {}
