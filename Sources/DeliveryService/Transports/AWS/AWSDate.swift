import Model

/// The two forms of time that requests to AWS need.
enum AWSDate {
    /// `20261123T181132Z`, for `X-Amz-Date`.
    static func basic(_ moment: Timestamp) -> String {
        let text = Array(moment.iso8601.utf8.prefix(19))
        return String(decoding: text.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }, as: UTF8.self) + "Z"
    }

    /// Reads a `Date` header, `Mon, 23 Nov 2026 18:11:32 GMT` (RFC 9110 section 5.6.7); nil for anything else.
    static func httpDate(_ text: String) -> Timestamp? {
        let fields = text.split(separator: " ")
        guard fields.count == 6, fields[5] == "GMT", fields[1].utf8.count == 2, fields[3].utf8.count == 4 else { return nil }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard let month = months.firstIndex(of: String(fields[2])) else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return Timestamp(iso8601: "\(fields[3])-\(number)-\(fields[1])T\(fields[4])Z")
    }
}
