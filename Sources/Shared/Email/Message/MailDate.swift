/// The date form of RFC 5322 3.3, in UTC.
enum MailDate {
    /// `Mon, 23 Nov 2026 18:12:08 +0000` for seconds since 1970-01-01, held to the years 1900 to 9999.
    static func format(_ unixSeconds: Int64) -> String {
        let seconds = min(max(unixSeconds, -2_208_988_800), 253_402_300_799)
        let days = (seconds - (seconds % 86_400 + 86_400) % 86_400) / 86_400
        let time = seconds - days * 86_400
        let (year, month, day) = civil(days)
        let weekday = Int(((days + 4) % 7 + 7) % 7)
        let clock = "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60))"
        return "\(weekdays[weekday]), \(two(day)) \(months[Int(month) - 1]) \(year) \(clock) +0000"
    }

    /// Year, month and day of a day count since 1970-01-01, in the proleptic Gregorian calendar, by eras of 400 years.
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }

    private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
