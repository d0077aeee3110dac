import Foundation

extension Renderer {
    mutating func applyCoding(_ filter: Filter, to input: Value) throws(Fault) -> Value {
        if input.isNull, filter == .url_encode || filter == .url_decode { return .null }
        let text = input.text
        let result: String
        switch filter {
        case .url_encode: result = Self.urlEncoded(text)
        case .url_decode: result = try Self.urlDecoded(text)
        case .base64_encode: result = Data(text.utf8).base64EncodedString()
        case .base64_url_safe_encode:
            result = Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        case .base64_url_safe_decode:
            let plain = text.replacing("-", with: "+").replacing("_", with: "/")
            let missing = plain.hasSuffix("=") ? 0 : (4 - plain.utf8.count % 4) % 4
            result = try Self.base64Decoded(plain + String(repeating: "=", count: missing))
        default: result = try Self.base64Decoded(text)
        }
        try meter.charge(result.utf8.count)
        return .string(result)
    }

    private static func base64Decoded(_ text: String) throws(Fault) -> String {
        // Encoding it again tells whether bits were set that belong to no byte.
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { throw Fault(.value, "The text is not base64.") }
        return String(decoding: data, as: UTF8.self)
    }

    /// As a form is encoded: a space is a plus sign.
    private static func urlEncoded(_ text: String) -> String {
        var result: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: " "): result.append(UInt8(ascii: "+"))
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"): result.append(byte)
            case _ where byte.isWord: result.append(byte)
            default: result.append(contentsOf: [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func urlDecoded(_ text: String) throws(Fault) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hex(bytes[index + 1]), let low = hex(bytes[index + 2]) {
                result.append(high << 4 | low)
                index += 3
            } else {
                result.append(bytes[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : bytes[index])
                index += 1
            }
        }
        guard let string = String(validating: result, as: UTF8.self) else { throw Fault(.value, "The decoded bytes are not UTF-8.") }
        return string
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
