import Foundation
import JSON
import Testing

@Suite struct JSONWriterTests {
    @Test("commas and nesting come out right")
    func structure() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("a" as StaticString)
        writer.beginArray()
        writer.integer(.min)
        writer.integer(0)
        writer.double(0.5)
        writer.double(.nan)
        writer.beginObject()
        writer.endObject()
        writer.endArray()
        writer.key("k\"\n" as String)
        writer.value(["x": [nil, true]])
        writer.key("raw" as StaticString)
        writer.raw(Array("{\n}".utf8))
        writer.key("last" as StaticString)
        writer.null()
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[-9223372036854775808,0,0.5,0,{}],"k\"\n":{"x":[null,true]},"raw":{ },"last":null}"#
        )
    }

    @Test(
        "an object is opened again whatever white space it ends with",
        arguments: [("{}", "{\"x\":1}"), ("{ } ", "{\"x\":1}"), ("{\"a\":0 }", "{\"a\":0,\"x\":1}")]
    )
    func reopen(json: String, expected: String) {
        var writer = JSONWriter()
        writer.raw(json.utf8)
        let isReopened = writer.reopenObject()
        #expect(isReopened)
        writer.key("x" as StaticString)
        writer.integer(1)
        writer.endObject()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        var array = JSONWriter()
        array.raw("[]".utf8)
        let isObject = array.reopenObject()
        #expect(!isObject)
    }

    @Test("every control character leaves as an escape and comes back")
    func controlCharacters() throws {
        for code in UInt8(0)..<0x20 {
            let text = "a" + String(UnicodeScalar(code)) + "b"
            let json = JSONValue.string(text).text
            #expect(json.utf8.allSatisfy { $0 >= 0x20 })
            #expect(try JSONValue.parse(json) == .string(text))
        }
    }

    @Test("DEL leaves as it is, so that no text grows that JSON lets stand")
    func delete() throws {
        for length in [1, 7, 8, 33, 1_000] {
            let text = String(repeating: "\u{7F}", count: length)
            #expect(JSONValue.string(text).text == "\"\(text)\"")
            #expect(try JSONValue.parse("\"\(text)\"") == .string(text))
        }
    }

    @Test("a value inside a Codable type survives Foundation's coders")
    func codable() throws {
        struct Holder: Codable, Equatable { var value: JSONValue }
        let value: JSONValue = ["b": [1, -2, "x", nil, true, false, [], [:]], "a": .number(JSONNumber(9_007_199_254_740_993))]
        let data = try JSONEncoder().encode(Holder(value: value))
        let back = try JSONDecoder().decode(Holder.self, from: data).value
        #expect(back["a"]?.int64Value == 9_007_199_254_740_993)
        #expect(back["b"] == value["b"])
        #expect(back.objectValue?.keys == ["a", "b"])
        let fraction = try JSONDecoder().decode(JSONValue.self, from: Data("[0.25]".utf8))
        #expect(fraction.text == "[0.25]")
    }
}
