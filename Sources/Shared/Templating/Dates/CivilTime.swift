/// A moment with its offset from UTC and its fields in the Gregorian calendar.
struct CivilTime: Sendable, Equatable {
    /// Seconds since 1970-01-01T00:00:00Z.
    let epoch: Int
    let nanosecond: Int
    /// Seconds east of UTC.
    let offset: Int
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    /// 0 is Sunday.
    let weekday: Int
    /// 1 is the first of January.
    let yearDay: Int

    /// nil when the year is beyond seven digits.
    init?(epoch: Int, nanosecond: Int = 0, offset: Int = 0) {
        guard epoch.magnitude < 300_000_000_000_000, offset.magnitude <= 86_400 else { return nil }
        let local = epoch + offset
        let days = local >= 0 ? local / 86_400 : -((86_399 - local) / 86_400)
        let inDay = local - days * 86_400
        let (year, month, day) = CivilTime.date(days: days)
        self.epoch = epoch
        self.nanosecond = nanosecond
        self.offset = offset
        self.year = year
        self.month = month
        self.day = day
        hour = inDay / 3_600
        minute = inDay / 60 % 60
        second = inDay % 60
        weekday = ((days + 4) % 7 + 7) % 7
        yearDay = days - CivilTime.days(year, 1, 1) + 1
    }

    /// Days since 1970-01-01 of a date, by counting years from March so that the leap day is a year's last.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let cycle = marchYear >= 0 ? marchYear / 400 : (marchYear - 399) / 400
        let inCycle = marchYear - cycle * 400
        let monthFromMarch = (month + 9) % 12
        let inYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return cycle * 146_097 + inCycle * 365 + inCycle / 4 - inCycle / 100 + inYear - 719_468
    }

    private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let cycle = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let inCycle = shifted - cycle * 146_097
        let year = (inCycle - inCycle / 1_460 + inCycle / 36_524 - inCycle / 146_096) / 365
        let inYear = inCycle - (365 * year + year / 4 - year / 100)
        let monthFromMarch = (5 * inYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (year + cycle * 400 + (month <= 2 ? 1 : 0), month, inYear - (153 * monthFromMarch + 2) / 5 + 1)
    }

    static func daysInMonth(_ year: Int, _ month: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }

    /// Year and week of ISO 8601: the week of the year's first Thursday is 1.
    var isoWeek: (year: Int, week: Int) {
        let isoWeekday = (weekday + 6) % 7
        let thursday = yearDay - isoWeekday + 3
        if thursday < 1 {
            let length = CivilTime.daysInMonth(year - 1, 2) == 29 ? 366 : 365
            return (year - 1, (thursday + length - 1) / 7 + 1)
        }
        let length = CivilTime.daysInMonth(year, 2) == 29 ? 366 : 365
        return thursday > length ? (year + 1, 1) : (year, (thursday - 1) / 7 + 1)
    }
}
