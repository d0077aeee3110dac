import JSON
import Model
import Templating
import Testing

@Suite("Dates")
struct DateFilterTests {
    /// Monday, 2024-02-05 07:08:09.123456 UTC.
    private static let now = Timestamp(microseconds: 1_707_116_889_123_456)

    private func format(_ value: String, _ pattern: String) throws -> String {
        let template = try Template.compile("{{ value | date: pattern }}", dialect: .strictLiquid)
        let data = JSONObject([("value", .string(value)), ("pattern", .string(pattern))])
        return try template.renderText(data, escape: .none, now: Self.now)
    }

    @Test(
        "a directive of strftime gives what Ruby's gives",
        arguments: [
            ("%Y-%m-%d %H:%M:%S", "2024-02-05 07:08:09"), ("%a %A %^a %b %B %h %^B", "Mon Monday MON Feb February Feb FEBRUARY"),
            ("%-d %-m %e %k %l %-I %I", "5 2  5  7  7 7 07"), ("%j %U %W %V %G %g %u %w", "036 05 06 06 2024 24 1 1"),
            ("%y %C %p %P %#p", "24 20 AM am am"), ("%L %N %3N %6N", "123 123456000 123 123456"),
            ("%z %:z %Z %s", "+0000 +00:00 UTC 1707116889"),
            ("%F %T %R %D %r", "2024-02-05 07:08:09 07:08 02/05/24 07:08:09 AM"),
            ("%c|%x|%X|%v", "Mon Feb  5 07:08:09 2024|02/05/24|07:08:09| 5-FEB-2024"),
            ("%010Y %5d %_m %03e", "0000002024 00005  2 005"), ("%% %n%t %Q %", "% \n\t %Q %"), ("no directive", "no directive"),
            ("%Ey %EY %Od %Ed %O", "24 2024 05 %Ed %O"), ("%+", "%+"),
        ]
    )
    func formatsDirective(_ pattern: String, _ expected: String) throws {
        #expect(try format("now", pattern) == expected)
    }

    @Test(
        "a date is read in the forms that people write",
        arguments: [
            ("2016-03-14", "2016-03-14 00:00:00 +0000"), ("2016-03-14T15:09:26Z", "2016-03-14 15:09:26 +0000"),
            ("2016-03-14 15:09:26.5 +0200", "2016-03-14 15:09:26 +0200"), ("2016-03-14T15:09:26-05:30", "2016-03-14 15:09:26 -0530"),
            ("March 14, 2016", "2016-03-14 00:00:00 +0000"), ("14 Mar 2016", "2016-03-14 00:00:00 +0000"),
            ("Mar 14th, 2016 3:09 pm", "2016-03-14 15:09:00 +0000"),
            ("Fri, 16 Jul 2004 01:00:00 +0000", "2004-07-16 01:00:00 +0000"), ("2016/03/14", "2016-03-14 00:00:00 +0000"),
            ("14/03/2016", "2016-03-14 00:00:00 +0000"), ("14.03.2016", "2016-03-14 00:00:00 +0000"),
            ("20160314T150926Z", "2016-03-14 15:09:26 +0000"),
            ("1152098955", "2006-07-05 11:29:15 +0000"), ("14-Mar-2016", "2016-03-14 00:00:00 +0000"),
            ("March 2016", "2016-03-01 00:00:00 +0000"),
            ("today", "2024-02-05 07:08:09 +0000"), ("Tue Apr 1 00:00:00 UTC 2008", "2008-04-01 00:00:00 +0000"),
            ("10:30", "2024-02-05 10:30:00 +0000"), ("10 pm", "2024-02-05 22:00:00 +0000"), ("5 pm March 3 2010", "2010-03-03 17:00:00 +0000"),
            ("2016-03-14T10", "2016-03-14 10:00:00 +0000"),
        ]
    )
    func readsDate(_ text: String, _ expected: String) throws {
        #expect(try format(text, "%Y-%m-%d %H:%M:%S %z") == expected)
    }

    @Test(
        "what is no date stays as it is",
        arguments: ["", "hello", "2016-02-30", "2016-13-01", "99:99", "1/2/3/4", "9999999999999999999999"]
    )
    func keepsOther(_ text: String) throws {
        #expect(try format(text, "%Y") == text)
    }

    @Test("integers are seconds since 1970, before it too")
    func readsEpoch() throws {
        #expect(
            try rendered("{{ 0 | date: '%F' }} {{ -1 | date: '%F %T' }} {{ nil | date: '%F' }}{{ 9223372036854775807 | date: '%F' }}")
                == "1970-01-01 1969-12-31 23:59:59 9223372036854775807"
        )
    }

    @Test(
        "the ISO week belongs to the year of its Thursday",
        arguments: [("2021-01-03", "2020-53"), ("2018-12-31", "2019-01"), ("2016-01-04", "2016-01")]
    )
    func isoWeek(_ date: String, _ expected: String) throws {
        #expect(try format(date, "%G-%V") == expected)
    }
}
