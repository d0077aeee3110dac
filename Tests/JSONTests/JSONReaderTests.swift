import JSON
import Testing

@Suite struct JSONReaderTests {
    private func reader(_ json: String) -> JSONReader { JSONReader(ArraySlice(json.utf8)) }

    @Test("an object is read member by member, from a slice that does not begin at 0")
    func object() throws {
        let json = Array(
            #"xx {"id": -7, "name":"Zo\u00eb", "on":true,"rate":1.5,"none":null,"tags":["a", "b"],"extra":{"deep":[1,{}]},"raw": [1, 2] } "#
                .utf8
        )
        var reader = JSONReader(json[2...])
        var seen: [String] = []
        try reader.object { key, reader in
            seen.append(key)
            switch key {
            case "id": #expect(try reader.integer() == -7)
            case "name": #expect(try reader.string() == "Zoë")
            case "on": #expect(try reader.bool())
            case "rate": #expect(try reader.double() == 1.5)
            case "none": #expect(try reader.takeNull())
            case "tags":
                var tags: [String] = []
                try reader.array { tags.append(try $0.string()) }
                #expect(tags == ["a", "b"])
            case "raw": #expect(try Array(reader.raw()) == Array("[1, 2]".utf8))
            default: try reader.skip()
            }
        }
        try reader.end()
        #expect(seen == ["id", "name", "on", "rate", "none", "tags", "extra", "raw"])
    }

    @Test("integers fill 64 bits and no more")
    func integers() throws {
        var low = reader("-9223372036854775808"), high = reader("9223372036854775807")
        #expect(try low.integer() == .min)
        #expect(try high.integer() == .max)
        for json in ["9223372036854775808", "-9223372036854775809", "1.0", "1e2", "\"1\"", "null", "[1]"] {
            #expect(throws: JSONParseError(reason: .wrongType, offset: 0), "\(json)") {
                var reader = reader(json)
                _ = try reader.integer()
            }
        }
    }

    @Test("a value of another type is told from broken text")
    func wrongTypes() {
        #expect(throws: JSONParseError(reason: .wrongType, offset: 1)) {
            var reader = reader(" 1")
            _ = try reader.string()
        }
        #expect(throws: JSONParseError(reason: .syntax, offset: 1)) {
            var reader = reader(" x")
            _ = try reader.bool()
        }
        #expect(throws: JSONParseError(reason: .wrongType, offset: 0)) {
            var reader = reader("{}")
            try reader.array { try $0.skip() }
        }
        #expect(throws: JSONParseError(reason: .wrongType, offset: 0)) {
            var reader = reader("1e999")
            _ = try reader.double()
        }
    }

    @Test("a key that stands twice is refused, also when escaped and also among many", arguments: [1, 7, 8, 9, 300])
    func duplicates(count: Int) {
        let keys = (0..<count).map { "\"k\($0)\":0" }.joined(separator: ",")
        for key in ["k0", "k\(count - 1)", "\\u006b0"] {
            let json = "{\(keys),\"\(key)\":1}"
            #expect(throws: JSONParseError(reason: .duplicateKey, offset: keys.utf8.count + 2)) {
                var reader = reader(json)
                try reader.object { _, reader in try reader.skip() }
            }
        }
    }

    @Test("a member that the closure does not take is an error, not an endless loop")
    func untaken() {
        #expect(throws: JSONParseError(reason: .syntax, offset: 5)) {
            var reader = reader(#"{"a":1}"#)
            try reader.object { _, _ in }
        }
    }

    @Test("one member is found without reading the others")
    func rawObject() throws {
        var found = reader(#" {"a":{"id":1},"id" : [2] } "#)
        let (object, member) = try found.rawObject(finding: "id")
        #expect(Array(object) == Array(#"{"a":{"id":1},"id" : [2] }"#.utf8))
        #expect(member.map(Array.init) == Array("[2]".utf8))
        try found.end()
        var absent = reader(#"{"ida":1}"#)
        #expect(try absent.rawObject(finding: "id").member == nil)
        #expect(throws: JSONParseError(reason: .duplicateKey, offset: 8)) {
            var reader = reader(#"{"id":1,"id":2}"#)
            _ = try reader.rawObject(finding: "id")
        }
    }

    @Test("what follows the value is refused by end()")
    func trailing() throws {
        var reader = reader("1 ]")
        _ = try reader.integer()
        #expect(throws: JSONParseError(reason: .trailingData, offset: 2)) { try reader.end() }
    }
}
