/// Formats a time by the directives of Ruby's `strftime`, in English whatever the machine's language.
struct TimeFormatter {
    private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ]

    /// What stands between `%` and the letter.
    private struct Options {
        var padding: Character?
        var isUpper = false
        var swapsCase = false
        var width: Int?
        var colons = 0
    }

    let time: CivilTime

    func format(_ pattern: String, depth: Int = 0) throws(Fault) -> String {
        var result = ""
        let characters = Array(pattern)
        var index = 0
        while index < characters.count {
            guard characters[index] == "%" else {
                result.append(characters[index])
                index += 1
                continue
            }
            let start = index
            var options = Options()
            index += 1
            try scan(characters, &index, &options)
            if isAlternative(characters, index) { index += 1 }
            if index < characters.count, let text = try text(of: characters[index], options, depth: depth) {
                result += text
                index += 1
            } else {
                // What is no directive stays as it is.
                index = min(index + 1, characters.count)
                result += String(characters[start..<index])
            }
            guard result.utf8.count < 1 << 20 else { throw Fault(.outOfMemory, "The date is longer than a mebibyte.") }
        }
        return result
    }

    private func scan(_ characters: [Character], _ index: inout Int, _ options: inout Options) throws(Fault) {
        while index < characters.count {
            switch characters[index] {
            case "-", "0", "_": options.padding = characters[index]
            case "^": options.isUpper = true
            case "#": options.swapsCase = true
            case ":": options.colons += 1
            case let character where character.isASCII && character.isNumber:
                options.width = (options.width ?? 0) * 10 + (character.wholeNumberValue ?? 0)
                guard let width = options.width, width <= 1_024 else { throw Fault(.value, "The width of a date is above 1024.") }
                index += 1
                while index < characters.count, characters[index] == "0" {
                    options.width = min(1_025, (options.width ?? 0) * 10); index += 1
                }
                guard options.width ?? 0 <= 1_024 else { throw Fault(.value, "The width of a date is above 1024.") }
                continue
            default: return
            }
            index += 1
        }
    }

    /// Whether `E` or `O` stands before a directive that has an alternative in some locales; in English it is the same.
    private func isAlternative(_ characters: [Character], _ index: Int) -> Bool {
        guard index + 1 < characters.count else { return false }
        switch characters[index] {
        case "E": return "cCxXyY".contains(characters[index + 1])
        case "O": return "deHkIlmMSuUVwWy".contains(characters[index + 1])
        default: return false
        }
    }

    private func text(of directive: Character, _ options: Options, depth: Int) throws(Fault) -> String? {
        if let (value, width, padding) = number(directive) { return padded(value, width, padding, options) }
        if let word = word(directive) { return cased(word, options, isMeridian: directive == "p") }
        switch directive {
        case "L": return fraction(options.width ?? 3)
        case "N": return fraction(options.width ?? 9)
        case "z": return zone(options)
        case "Z": return cased(time.offset == 0 ? "UTC" : "", options, isMeridian: false)
        case "n": return "\n"
        case "t": return "\t"
        case "%": return "%"
        default: break
        }
        guard depth == 0, let pattern = composite(directive) else { return nil }
        return cased(try format(pattern, depth: 1), options, isMeridian: false)
    }

    /// Value, width and padding of a directive that is a number.
    private func number(_ directive: Character) -> (Int, Int, Character)? {
        let hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12
        switch directive {
        case "Y": return (time.year, time.year < 0 ? 5 : 4, "0")
        case "C": return (time.year / 100, 2, "0")
        case "y": return ((time.year % 100 + 100) % 100, 2, "0")
        case "m": return (time.month, 2, "0")
        case "d": return (time.day, 2, "0")
        case "e": return (time.day, 2, "_")
        case "j": return (time.yearDay, 3, "0")
        case "H": return (time.hour, 2, "0")
        case "k": return (time.hour, 2, "_")
        case "I": return (hour12, 2, "0")
        case "l": return (hour12, 2, "_")
        case "M": return (time.minute, 2, "0")
        case "S": return (time.second, 2, "0")
        case "u": return (time.weekday == 0 ? 7 : time.weekday, 1, "0")
        case "w": return (time.weekday, 1, "0")
        case "G": return (time.isoWeek.year, 4, "0")
        case "g": return (time.isoWeek.year % 100, 2, "0")
        case "V": return (time.isoWeek.week, 2, "0")
        case "U": return ((time.yearDay + 6 - time.weekday) / 7, 2, "0")
        case "W": return ((time.yearDay + 6 - (time.weekday + 6) % 7) / 7, 2, "0")
        case "s": return (time.epoch, 1, "0")
        default: return nil
        }
    }

    private func word(_ directive: Character) -> String? {
        switch directive {
        case "A": Self.weekdays[time.weekday]
        case "a": String(Self.weekdays[time.weekday].prefix(3))
        case "B": Self.months[time.month - 1]
        case "b", "h": String(Self.months[time.month - 1].prefix(3))
        case "p": time.hour < 12 ? "AM" : "PM"
        case "P": time.hour < 12 ? "am" : "pm"
        default: nil
        }
    }

    private func composite(_ directive: Character) -> String? {
        switch directive {
        case "c": "%a %b %e %H:%M:%S %Y"
        case "D", "x": "%m/%d/%y"
        case "F": "%Y-%m-%d"
        case "T", "X": "%H:%M:%S"
        case "R": "%H:%M"
        case "r": "%I:%M:%S %p"
        case "v": "%e-%^b-%Y"
        default: nil
        }
    }

    private func padded(_ value: Int, _ width: Int, _ padding: Character, _ options: Options) -> String {
        let digits = String(value.magnitude)
        let sign = value < 0 ? "-" : ""
        if options.padding == "-" { return sign + digits }
        let wanted = options.width ?? width
        let fill = options.padding ?? padding
        let missing = max(0, wanted - digits.utf8.count - sign.utf8.count)
        return fill == "0" ? sign + String(repeating: "0", count: missing) + digits : String(repeating: " ", count: missing) + sign + digits
    }

    private func cased(_ word: String, _ options: Options, isMeridian: Bool) -> String {
        var text = word
        if options.isUpper { text = text.uppercased() }
        if options.swapsCase { text = isMeridian ? text.lowercased() : text.uppercased() }
        let missing = options.padding == "-" ? 0 : max(0, (options.width ?? 0) - text.count)
        return String(repeating: options.padding == "0" ? "0" : " ", count: missing) + text
    }

    private func fraction(_ digits: Int) -> String {
        let nine = String(time.nanosecond)
        let text = String(repeating: "0", count: 9 - nine.utf8.count) + nine
        return String(text.prefix(digits)) + String(repeating: "0", count: max(0, digits - 9))
    }

    private func zone(_ options: Options) -> String {
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let magnitude = abs(time.offset)
        var text = two(magnitude / 3_600) + (options.colons > 0 ? ":" : "") + two(magnitude / 60 % 60)
        if options.colons == 2 { text += ":" + two(magnitude % 60) }
        let missing = max(0, (options.width ?? 0) - text.utf8.count - 1)
        return (time.offset < 0 ? "-" : "+") + String(repeating: "0", count: missing) + text
    }
}
