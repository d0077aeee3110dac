import Foundation

/// A CSV of subscribed contacts with three attributes and two tags, the same for the same size and seed.
struct ContactFile {
    static let header = "email,status,verified,tags,first_name,city,plan"
    /// What a snapshot asks for, and what it leaves out.
    static let includeTags = ["customer", "newsletter"]
    static let excludeTag = "former"

    var count: Int
    /// So many more rows carry the excluded tag too.
    var excluded = 0
    var seed: UInt64 = 7

    func write(to path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path) else {
            throw BenchmarkFailure("\(path) cannot be written")
        }
        defer { try? file.close() }
        var random = SeededGenerator(state: seed)
        let names = ["Ada", "Boris", "Chloë", "Dmitri", "Eve", "Fatima", "Gustav", "Hélène", "Ines", "Jörg"]
        let cities = ["Amsterdam", "Berlin", "\"Porto, PT\"", "Roma", "Zürich", "Kraków", "London", "Lyon"]
        let plans = ["free", "basic", "pro"]
        var text = Self.header + "\n"
        for row in 0..<(count + excluded) {
            // Addresses in no order, as lists of people are.
            let number = random.next() >> 20
            let tags = row < count ? "customer;newsletter" : "customer;newsletter;former"
            text += "person.\(number).\(row)@example.com,subscribed,true,\(tags),"
            text += "\(names[row % names.count]),\(cities[Int(number % UInt64(cities.count))]),\(plans[row % plans.count])\n"
            guard text.utf8.count > 1 << 20 else { continue }
            try file.write(contentsOf: Data(text.utf8))
            text.removeAll(keepingCapacity: true)
        }
        try file.write(contentsOf: Data(text.utf8))
    }
}
