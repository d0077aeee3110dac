import Foundation

/// A moment in UTC with microseconds, as Postgres' `timestamptz` and the public API keep it.
///
/// Its text is ISO 8601 with exactly six fractional digits and `Z` (API.md, conventions): `2026-11-23T18:11:32.131607Z`.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// The current moment by this machine's clock (business time; leases use the database's clock).
    package static func now() -> Timestamp {
        var value = timespec()
        clock_gettime(CLOCK_REALTIME, &value)
        return Timestamp(microseconds: Int64(value.tv_sec) * 1_000_000 + Int64(value.tv_nsec) / 1_000)
    }

    package static func < (lhs: Self, rhs: Self) -> Bool { lhs.microseconds < rhs.microseconds }

    /// The moment so much later; what lies beyond the range of 64 bits is the end of that range.
    package func adding(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (delta, isDeltaTooLong) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        let (sum, isOutside) = microseconds.addingReportingOverflow(delta)
        guard !isTooLong, !isDeltaTooLong, !isOutside else { return Timestamp(microseconds: seconds < 0 ? .min : .max) }
        return Timestamp(microseconds: sum)
    }

    package var description: String { iso8601 }
}

extension Timestamp {
    /// The text, such as `2026-11-23T18:11:32.131607Z`.
    package var iso8601: String {
        var (days, inDay) = microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
        if inDay < 0 { (days, inDay) = (days - 1, inDay + 86_400_000_000) }
        let (year, month, day) = Timestamp.civil(fromDays: days)
        let second = inDay / 1_000_000
        // Four digits, as every year has in practice, are written with the rest in one go.
        let isUsual = (0...9_999).contains(year)
        let text = String(unsafeUninitializedCapacity: 27) { text in
            var end = 0
            func put(_ value: Int64, _ width: Int, _ separator: StaticString) {
                var rest = value
                for place in stride(from: end + width - 1, through: end, by: -1) {
                    text[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
                    rest /= 10
                }
                text[end + width] = separator.utf8Start.pointee
                end += width + 1
            }
            put(isUsual ? year : 0, 4, "-")
            put(month, 2, "-")
            put(day, 2, "T")
            put(second / 3_600, 2, ":")
            put(second / 60 % 60, 2, ":")
            put(second % 60, 2, ".")
            put(inDay % 1_000_000, 6, "Z")
            return end
        }
        return isUsual ? text : Timestamp.digits(year, 4) + text.dropFirst(4)
    }

    /// Reads ISO 8601 with a date, a time, optional fraction (1 to 9 digits) and `Z` or an offset; nil for anything else.
    package init?(iso8601 text: some StringProtocol) {
        var scanner = TimestampScanner(text.utf8)
        guard let microseconds = scanner.scan() else { return nil }
        self.init(microseconds: microseconds)
    }

    private static func digits(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Proleptic Gregorian date of a day number (days since 1970-01-01).
    static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    /// Day number (days since 1970-01-01) of a proleptic Gregorian date.
    static func days(fromCivil year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(iso8601: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 time")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso8601)
    }
}
