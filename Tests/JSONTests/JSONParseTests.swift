import JSON
import Testing

@Suite struct JSONParseTests {
    @Test(
        "what RFC 8259 allows is taken and written back compactly",
        arguments: [
            ("null", "null"), (" true ", "true"), ("\t\r\n false", "false"), ("0", "0"), ("-0", "-0"), ("1.0", "1.0"), ("1e2", "1e2"),
            ("-1.5E+30", "-1.5E+30"), ("9007199254740993", "9007199254740993"),
            ("1234567890123456789012345678901234567890", "1234567890123456789012345678901234567890"),
            (#""""#, #""""#), (#""a\/b""#, #""a/b""#), (#""\u0041\ud83d\ude00""#, #""A😀""#),
            (#""\u0000\u001f\u007f""#, "\"\\u0000\\u001f\u{7F}\""),
            (#""\b\f\n\r\t\"\\""#, #""\b\f\n\r\t\"\\""#), (#""é€😀""#, #""é€😀""#), ("[]", "[]"), ("[ ]", "[]"), ("[1 , 2]", "[1,2]"),
            ("{}", "{}"), ("{ }", "{}"), (#"{ "b" : 1 , "a" : [ { } ] }"#, #"{"b":1,"a":[{}]}"#), (#"{"":0}"#, #"{"":0}"#),
        ]
    )
    func accepted(json: String, written: String) throws {
        #expect(try JSONValue.parse(json).text == written)
    }

    @Test(
        "what is no JSON is refused with the reason and the byte",
        arguments: [
            ("", JSONParseError.Reason.empty, 0), ("  ", .empty, 2), ("nul", .syntax, 3), ("nulL", .syntax, 3), ("True", .syntax, 0),
            ("1 2", .trailingData, 2), ("{}x", .trailingData, 2), ("01", .trailingData, 1), ("+1", .syntax, 0), (".5", .syntax, 0),
            ("1.", .syntax, 2), ("1e", .syntax, 2), ("1e+", .syntax, 3), ("-", .syntax, 1), ("NaN", .syntax, 0), ("[1,]", .syntax, 3),
            ("[1", .syntax, 2), ("[", .syntax, 1), ("[,1]", .syntax, 1), ("{\"a\":1,}", .syntax, 7), ("{a:1}", .syntax, 1),
            ("{\"a\" 1}", .syntax, 5), ("{\"a\":}", .syntax, 5), ("{\"a\"", .syntax, 4), ("{1:2}", .syntax, 1), ("\"a", .syntax, 2),
            ("\"a\nb\"", .syntax, 2), ("\"\\x\"", .syntax, 2), ("\"\\u12g4\"", .syntax, 5), ("\"\\", .syntax, 2), ("'a'", .syntax, 0),
            ("[1 /* no */]", .syntax, 3), ("]", .syntax, 0), ("{]", .syntax, 1), ("[}", .syntax, 1),
            ("{\"a\":1,\"a\":2}", .duplicateKey, 7), ("{\"a\":1,\"\\u0061\":2}", .duplicateKey, 7),
            ("\u{FEFF}1", .syntax, 0),
        ]
    )
    func refused(json: String, reason: JSONParseError.Reason, offset: Int) {
        #expect(throws: JSONParseError(reason: reason, offset: offset)) { try JSONValue.parse(json) }
    }

    @Test(
        "half of a surrogate pair is refused where it begins",
        arguments: [#""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\ud800""#, #""\udfff\ud800""#]
    )
    func loneSurrogate(json: String) {
        #expect(throws: JSONParseError(reason: .syntax, offset: 1)) { try JSONValue.parse(json) }
    }

    @Test(
        "ill-formed UTF-8 is refused at the sequence that is wrong",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80],
            [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x28, 0xA1],
            [0xF0, 0x9F, 0x98, 0x28],
        ] as [[UInt8]]
    )
    func invalidUTF8(sequence: [UInt8]) {
        let json = [0x22, 0x61] + sequence + [0x22]
        #expect(throws: JSONParseError(reason: .invalidUTF8, offset: 2)) { try JSONValue.parse(json) }
        #expect(throws: JSONParseError(reason: .invalidUTF8, offset: 2)) { try JSONValue.parse(Array(json.dropLast())) }
    }

    @Test("a byte that may not stand in a string is found wherever it stands")
    func positions() throws {
        for length in 0..<40 {
            for position in 0..<length {
                for (byte, reason) in [(0x1F, JSONParseError.Reason.syntax), (0x00, .syntax), (0xFF, .invalidUTF8), (0x5C, .syntax)] {
                    var json = [0x22] + [UInt8](repeating: 0x7F, count: length) + [0x22]
                    json[position + 1] = UInt8(byte)
                    let offset = position + (byte == 0x5C ? 2 : 1)
                    let escapesQuote = byte == 0x5C && position == length - 1
                    let expected = JSONParseError(reason: reason, offset: escapesQuote ? length + 2 : offset)
                    #expect(throws: expected) { try JSONValue.parse(json) }
                }
            }
            let plain = String(repeating: " ~!#[]", count: length)
            #expect(try JSONValue.parse("\"\(plain)\"") == .string(plain))
        }
    }

    @Test("depth ends at the limit, for the tree and for what is skipped")
    func depth() throws {
        let fits = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try JSONValue.parse(fits).text == fits)
        #expect(throws: JSONParseError(reason: .tooDeep, offset: 64)) { try JSONValue.parse("[\(fits)]") }
        #expect(throws: JSONParseError(reason: .tooDeep, offset: 64)) {
            var reader = JSONReader(ArraySlice("[\(fits)]".utf8))
            try reader.skip()
        }
        #expect(throws: JSONParseError(reason: .tooDeep, offset: JSONLimits.highestDepth)) {
            try JSONValue.parse(String(repeating: "[", count: 1_000_000), limits: JSONLimits(maximumDepth: .max))
        }
    }

    @Test("hostile text costs time in proportion to its length", .timeLimit(.minutes(1)))
    func hostile() throws {
        let keys = (0..<60_000).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(try JSONValue.parse("{\(keys)}").objectValue?.count == 60_000)
        #expect(throws: JSONParseError.self) { try JSONValue.parse("{\(keys),\"k0\":1}") }
        let sameKey = "{" + String(repeating: "\"a\":0,", count: 200_000) + "\"a\":0}"
        #expect(throws: JSONParseError(reason: .duplicateKey, offset: 7)) { try JSONValue.parse(sameKey) }
        #expect(throws: JSONParseError(reason: .tooDeep, offset: 64)) { try JSONValue.parse(String(repeating: "[", count: 1_000_000)) }
        var reader = JSONReader(ArraySlice("{\(keys)}".utf8))
        var count = 0
        try reader.object { _, reader in
            try reader.skip()
            count += 1
        }
        #expect(count == 60_000)
    }

    @Test("any bytes give a value that survives writing, or an error inside the text")
    func fuzz() throws {
        var generator = SplitMix(seed: 20)
        let alphabet = Array(#"{}[]",:\u0aeE+-.19 ntrfdD8\#u{e9}"#.utf8) + [0x0A, 0x00, 0xFF]
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<24, using: &generator)
            let bytes = (0..<count).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] }
            var reader = JSONReader(ArraySlice(bytes))
            let skips = (try? reader.skip()) != nil && (try? reader.end()) != nil
            do {
                let value = try JSONValue.parse(bytes)
                #expect(skips)
                #expect(try JSONValue.parse(value.text) == value)
                #expect(!value.text.utf8.contains(0x0A))
            } catch {
                #expect((!skips || error.reason == .duplicateKey) && (0...count).contains(error.offset))
            }
        }
    }
}

/// A seeded generator, so that a failure repeats.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
