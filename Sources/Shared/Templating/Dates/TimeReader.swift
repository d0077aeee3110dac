/// Reads the dates that people and programs write: ISO 8601, RFC 2822, `March 14, 2016`, `14/03/2016 5:30 pm`.
struct TimeReader {
    static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    static let zones = [
        "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1,
        "cest": 2,
        "bst": 1, "eet": 2, "eest": 3, "jst": 9, "msk": 3,
    ]

    enum Word {
        case number(Int, digits: Int)
        case letters(String)
        case mark(Character)
    }

    var words: [Word]
    var index = 0
    var year: Int?
    var month: Int?
    var day: Int?
    /// Numbers that may be a day or a year.
    var loose: [(value: Int, digits: Int)] = []
    var time: (hour: Int, minute: Int, second: Int, nanosecond: Int)?
    var offset = 0

    /// Reads a text; nil when it is no date.
    ///
    /// What a date does not say is taken from `now` before its first field and is the lowest behind it.
    static func read(_ text: String, now: CivilTime) -> CivilTime? {
        guard text.utf8.count <= 128, let words = split(text.lowercased()) else { return nil }
        var reader = TimeReader(words: words)
        return reader.read(now)
    }

    init(words: [Word]) { self.words = words }

    static func split(_ text: String) -> [Word]? {
        var words: [Word] = []
        let characters = Array(text)
        var index = 0
        while index < characters.count {
            let start = index
            let character = characters[index]
            let isDigit = { (character: Character) in character.isASCII && character.isNumber }
            if isDigit(character) {
                while index < characters.count, isDigit(characters[index]) { index += 1 }
                guard let value = Int(String(characters[start..<index])) else { return nil }
                words.append(.number(value, digits: index - start))
            } else if character.isLetter {
                while index < characters.count, characters[index].isLetter { index += 1 }
                words.append(.letters(String(characters[start..<index])))
            } else {
                words.append(.mark(character.isWhitespace ? " " : character))
                index += 1
            }
        }
        return words
    }

    mutating func read(_ now: CivilTime) -> CivilTime? {
        while index < words.count {
            guard readWord() else { return nil }
        }
        guard settleLoose() else { return nil }
        guard year != nil || month != nil || day != nil || time != nil else { return nil }
        let hasDate = year != nil || month != nil || day != nil
        let fullYear = year ?? now.year
        let fullMonth = month ?? (year == nil ? now.month : 1)
        let fullDay = day ?? (hasDate ? 1 : now.day)
        guard (1...12).contains(fullMonth), fullYear.magnitude <= 9_999, fullDay >= 1, fullDay <= CivilTime.daysInMonth(fullYear, fullMonth)
        else { return nil }
        let clock = time ?? (0, 0, 0, 0)
        guard clock.hour <= 24, clock.minute <= 59, clock.second <= 60 else { return nil }
        let seconds = clock.hour * 3_600 + clock.minute * 60 + clock.second
        return CivilTime(
            epoch: CivilTime.days(fullYear, fullMonth, fullDay) * 86_400 + seconds - offset,
            nanosecond: clock.nanosecond,
            offset: offset
        )
    }

    mutating func readWord() -> Bool {
        switch words[index] {
        case .letters(let word): return readLetters(word)
        case .mark(let mark):
            index += 1
            if mark == "+" || mark == "-", time != nil { return readOffset(mark == "-" ? -1 : 1) }
            return " ,.-/()':+".contains(mark)
        case .number(let value, let digits): return readNumber(value, digits)
        }
    }

    static func century(_ year: (value: Int, digits: Int)) -> Int {
        year.digits > 2 ? year.value : year.value >= 69 ? 1_900 + year.value : 2_000 + year.value
    }

    static func nanoseconds(_ fraction: (value: Int, digits: Int)) -> Int {
        var value = fraction.value
        for _ in 0..<max(0, fraction.digits - 9) { value /= 10 }
        for _ in 0..<max(0, 9 - fraction.digits) { value *= 10 }
        return value
    }

    func word(at position: Int) -> Word? { position < words.count ? words[position] : nil }

    func isMark(_ mark: Character, at position: Int) -> Bool {
        if case .mark(mark)? = word(at: position) { true } else { false }
    }

    func number(at position: Int) -> (value: Int, digits: Int)? {
        if case .number(let value, let digits)? = word(at: position) { (value, digits) } else { nil }
    }

    /// `am` or `pm` at a position or behind a space there.
    func meridian(behind position: Int) -> String? {
        let place = isMark(" ", at: position) ? position + 1 : position
        if case .letters(let word)? = word(at: place), word == "am" || word == "pm" { return word }
        return nil
    }
}
