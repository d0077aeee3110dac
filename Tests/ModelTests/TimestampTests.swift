import Foundation
import Model
import Testing

@Suite("Timestamp") struct TimestampTests {
    @Test(
        "a moment is written in UTC with six digits",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_795_457_492_131_607, "2026-11-23T18:11:32.131607Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00.000000Z"),
        ]
    )
    func text(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).iso8601 == text)
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
    }

    @Test(
        "other forms of the same moment are read",
        arguments: [
            "2026-11-23T18:11:32.5Z", "2026-11-23t18:11:32.500z", "2026-11-23 18:11:32.500000000Z", "2026-11-23T19:11:32.5+01:00",
            "2026-11-23T13:41:32.5-0430",
        ]
    )
    func forms(text: String) {
        #expect(Timestamp(iso8601: text)?.iso8601 == "2026-11-23T18:11:32.500000Z")
    }

    @Test(
        "what is no moment is refused",
        arguments: [
            "", "2026", "2026-11-23", "2026-11-23T18:11:32", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+1",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:00\u{0}Z", "２０２６-01-01T00:00:00Z", "1900-02-29T00:00:00Z",
        ]
    )
    func refused(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test("text and moment agree over a thousand seeded moments") func agreement() {
        var seed: UInt64 = 42
        for _ in 0..<1_000 {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let moment = Timestamp(microseconds: Int64(seed % 253_402_300_800_000_000))
            #expect(Timestamp(iso8601: moment.iso8601) == moment)
        }
    }

    @Test("durations move a moment, fractions of a microsecond do not") func adding() {
        let moment = Timestamp(microseconds: 10)
        #expect(moment.adding(.seconds(2)).microseconds == 2_000_010)
        #expect(moment.adding(.microseconds(-11)).microseconds == -1)
        #expect(moment.adding(.nanoseconds(999)).microseconds == 10)
        #expect(moment < moment.adding(.microseconds(1)))
        #expect(moment.adding(.seconds(Int64.max)).microseconds == .max)
        #expect(moment.adding(.seconds(Int64.min)).microseconds == .min)
        #expect(Timestamp(microseconds: .max).adding(.microseconds(1)).microseconds == .max)
        #expect(Timestamp(microseconds: .min).iso8601.hasSuffix("Z") && Timestamp(microseconds: .max).iso8601.hasSuffix("Z"))
    }

    @Test("moments travel as JSON strings, and a wrong one is an error") func coding() throws {
        let moment = Timestamp(microseconds: 1_500_000)
        #expect(String(decoding: try JSONEncoder().encode([moment]), as: UTF8.self) == #"["1970-01-01T00:00:01.500000Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: Data(#"["1970-01-01T00:00:01.5Z"]"#.utf8)) == [moment])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data(#"["soon"]"#.utf8)) }
    }
}
