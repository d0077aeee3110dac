/// One HTTP request, to be sent at most once.
package struct HTTPRequest: Sendable {
    /// A header field.
    package typealias Header = (name: String, value: String)

    package var method: String
    /// The absolute URL, http or https, sent as it is.
    package var url: String
    /// Sent in this order beside `Host`, `Content-Length` and `Accept`; nothing else is added.
    package var headers: [Header]
    package var body: [UInt8]
    /// From the start of the transfer (not counting the time in line) to the last byte of the answer.
    package var timeout: Duration
    /// An answer with a longer body is cut off and reported as ``HTTPDelivery/acceptedWithoutBody(status:)``.
    package var maximumResponseBytes: Int

    package init(
        method: String = "POST",
        url: String,
        headers: [Header] = [],
        body: [UInt8] = [],
        timeout: Duration = .seconds(30),
        maximumResponseBytes: Int = 1 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.maximumResponseBytes = maximumResponseBytes
    }

    /// What is wrong with the request, in words; nil when it can be sent.
    var fault: String? {
        guard !method.isEmpty, method.utf8.allSatisfy(Self.isTokenByte) else { return "the method is not a token" }
        guard !url.isEmpty, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return "the URL has white space or control characters" }
        for (name, value) in headers {
            guard !name.isEmpty, name.utf8.allSatisfy(Self.isTokenByte) else { return "a header name is not a token" }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                return "the header \(name) has control characters"
            }
        }
        return nil
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
