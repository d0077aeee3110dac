/// The demonstration's CSV: the same every time, with faults on purpose.
enum DemoContacts {
    private static let firstNames = ["Ada", "Björn", "Chidi", "Daria", "Élodie", "Farid", "Grace", "Hiro", "Inés", "Jonas", "Kaya", "Liam"]
    private static let lastNames = ["Lovelace", "Ström", "Okafor", "Petrova", "Martin", "Haddad", "Hopper", "Tanaka", "García", "Weber"]
    private static let cities = ["Berlin", "Lagos", "Lyon", "Osaka", "São Paulo", "Tallinn", "Toronto"]

    /// `count` good rows and six that are refused or skipped.
    static func csv(count: Int) -> String {
        var text = "email,status,verified,tags,first_name,last_name,city\n"
        for number in 1...count {
            let first = firstNames[number % firstNames.count]
            let last = lastNames[number % lastNames.count]
            let status = number % 49 == 0 ? "unsubscribed" : "subscribed"
            let verified = number % 41 == 0 ? "no" : "yes"
            var tags = number % 5 == 0 ? "course" : "newsletter"
            if number % 3 == 0 { tags += ";course" }
            if number % 97 == 0 { tags += ";internal" }
            text += "reader\(number)@readers.example,\(status),\(verified),\(tags),\(first),\(last),\(cities[number % cities.count])\n"
        }
        text += "not an address,subscribed,yes,newsletter,No,Address,\n"
        text += "two@at@signs.example,subscribed,yes,newsletter,Two,Signs,\n"
        text += "reader1@readers.example,subscribed,yes,newsletter,Again,Duplicate,\n"
        text += "ragged@readers.example,subscribed\n"
        text += "odd-status@readers.example,perhaps,yes,newsletter,Odd,Status,\n"
        text += "müller@readers.example,subscribed,yes,newsletter,Non-ASCII,Local,\n"
        return text
    }
}
