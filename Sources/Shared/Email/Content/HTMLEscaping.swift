/// Makes text safe inside HTML.
package enum HTMLEscaping {
    /// The text as HTML text or as the value of an attribute in quotes of either kind.
    package static func escaped(_ text: String) -> String {
        var output: [UInt8] = []
        append(Array(text.utf8), to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    static func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
            case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
            default: output.append(byte)
            }
        }
    }
}
