import JSON
import Testing

@Suite struct JSONObjectTests {
    @Test("members keep their order through reading, replacing and removing", arguments: [3, 16, 17, 1_000])
    func order(count: Int) {
        var object = JSONObject((0..<count).map { (key: "k\($0)", value: .number(JSONNumber(Int64($0)))) })
        object["k1"] = "replaced"
        object["k0"] = nil
        object["missing"] = nil
        object["new"] = true
        #expect(object.keys == (1..<count).map { "k\($0)" } + ["new"])
        #expect(object["k1"] == "replaced" && object["k0"] == nil && object["new"] == true)
        for number in 2..<count { #expect(object["k\(number)"]?.int64Value == Int64(number)) }
    }

    @Test("equality and hash look at members in order, not at how they are found")
    func equality() {
        let members = (0..<40).map { (key: "k\($0)", value: JSONValue.null) }
        var shrunk = JSONObject(members)
        for (key, _) in members.dropFirst(3) { shrunk[key] = nil }
        let small = JSONObject(Array(members.prefix(3)))
        #expect(shrunk == small && shrunk.hashValue == small.hashValue)
        #expect(JSONObject(members) != JSONObject(members.reversed()))
    }

    @Test("a doubled key keeps the last value in the first place")
    func doubled() {
        #expect(JSONValue.object(JSONObject([("a", 1), ("b", 2), ("a", 3)])).text == #"{"a":3,"b":2}"#)
    }

    @Test("tens of thousands of members are set and found quickly", .timeLimit(.minutes(1)))
    func large() {
        var object = JSONObject()
        for number in 0..<50_000 { object["key\(number)"] = true }
        for number in 0..<50_000 { #expect(object["key\(number)"] != nil) }
    }
}
