extension TimeReader {
    mutating func readLetters(_ word: String) -> Bool {
        index += 1
        if let number = Self.months.firstIndex(of: String(word.prefix(3))), word.count == 3 || Self.isMonth(word, number) {
            month = number + 1
            return true
        }
        if Self.weekdays.contains(String(word.prefix(3))) { return true }
        if let hours = Self.zones[word] {
            if time != nil { offset = hours * 3_600 }
            return true
        }
        return ["t", "at", "of", "the", "st", "nd", "rd", "th", "am", "pm"].contains(word)
    }

    private static func isMonth(_ word: String, _ number: Int) -> Bool {
        let names = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
        ]
        return names[number].hasPrefix(word)
    }

    mutating func readNumber(_ value: Int, _ digits: Int) -> Bool {
        if isMark(":", at: index + 1), number(at: index + 2) != nil { return readClock(value) }
        if time == nil, let word = meridian(behind: index + 1), value <= 12 {
            time = (value % 12 + (word == "pm" ? 12 : 0), 0, 0, 0)
            index += 1
            return true
        }
        if time == nil, digits <= 2, index > 0, case .letters("t") = words[index - 1] {
            time = (value, 0, 0, 0)
            index += 1
            return true
        }
        for mark: Character in ["-", "/", "."] where isMark(mark, at: index + 1) {
            if readDate(value, digits, mark) { return true }
        }
        index += 1
        if digits == 8 || digits == 14 { return readCompact(value, digits) }
        if digits == 6, time == nil, year != nil {
            time = (value / 10_000, value / 100 % 100, value % 100, 0)
            return true
        }
        loose.append((value, digits))
        return loose.count <= 3
    }

    /// `20160314` and `20160314123045`.
    private mutating func readCompact(_ value: Int, _ digits: Int) -> Bool {
        let date = digits == 14 ? value / 1_000_000 : value
        (year, month, day) = (date / 10_000, date / 100 % 100, date % 100)
        if digits == 14 { time = (value / 10_000 % 100, value / 100 % 100, value % 100, 0) }
        return true
    }

    /// `2016-03-14`, `2016-03`, `14/03/2016`, `14-mar-2016`: the part with more than two digits is the year.
    private mutating func readDate(_ first: Int, _ digits: Int, _ mark: Character) -> Bool {
        if case .letters(let word)? = word(at: index + 2), let number = Self.months.firstIndex(of: String(word.prefix(3))),
            isMark(mark, at: index + 3), let last = self.number(at: index + 4)
        {
            month = number + 1
            (year, day) = digits > 2 ? (first, last.value) : (Self.century(last), first)
            index += 5
            return true
        }
        guard let second = number(at: index + 2), second.digits <= 2 else { return false }
        if isMark(mark, at: index + 3), let third = number(at: index + 4) {
            month = second.value
            (year, day) = third.digits > 2 ? (third.value, first) : (Self.century((first, digits)), third.value)
            index += 5
            return true
        }
        guard mark != "." else { return false }
        if digits > 2 { (year, month) = (first, second.value) } else { (month, day) = (first, second.value) }
        index += 3
        return true
    }

    private mutating func readClock(_ hour: Int) -> Bool {
        guard time == nil, let minute = number(at: index + 2) else { return false }
        var clock = (hour: hour, minute: minute.value, second: 0, nanosecond: 0)
        index += 3
        if isMark(":", at: index), let second = number(at: index + 1) {
            clock.second = second.value
            index += 2
            if isMark(".", at: index) || isMark(",", at: index), let fraction = number(at: index + 1) {
                clock.nanosecond = Self.nanoseconds(fraction)
                index += 2
            }
        }
        if let word = meridian(behind: index) {
            guard clock.hour <= 12 else { return false }
            clock.hour = clock.hour % 12 + (word == "pm" ? 12 : 0)
        }
        time = clock
        return true
    }

    mutating func readOffset(_ sign: Int) -> Bool {
        guard let hours = number(at: index) else { return false }
        index += 1
        var minutes = hours.digits == 4 ? hours.value % 100 : 0
        if isMark(":", at: index), let number = number(at: index + 1) {
            minutes = number.value
            index += 2
        }
        let whole = hours.digits == 4 ? hours.value / 100 : hours.value
        guard whole <= 23, minutes <= 59 else { return false }
        offset = sign * (whole * 3_600 + minutes * 60)
        return true
    }

    /// A day beside a month's name, then a year.
    mutating func settleLoose() -> Bool {
        for (value, digits) in loose {
            if digits > 2 {
                guard year == nil else { return false }
                year = value
            } else if day == nil {
                guard month != nil || loose.count == 1 else { return false }
                day = value
            } else if year == nil {
                year = Self.century((value, digits))
            } else {
                return false
            }
        }
        return true
    }
}
