/// A topic of Amazon SNS, by its ARN.
struct SNSTopic: Hashable, Sendable {
    let arn: String
    let region: String
    /// Where SNS of that region is reached, and whom its signing certificate names.
    let host: String

    /// Reads `arn:aws:sns:<region>:<account>:<name>`; nil for anything else.
    init?(arn: String) {
        let parts = arn.split(separator: ":", omittingEmptySubsequences: false)
        guard arn.utf8.count <= 400, parts.count == 6, parts[0] == "arn", parts[2] == "sns",
            Self.isRegion(parts[3]), !parts[4].isEmpty, parts[4].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            !parts[5].isEmpty, parts[5].utf8.allSatisfy(Self.isNameByte)
        else { return nil }
        let domain: String
        switch parts[1] {
        case "aws", "aws-us-gov": domain = "amazonaws.com"
        case "aws-cn": domain = "amazonaws.com.cn"
        default: return nil
        }
        self.arn = arn
        region = String(parts[3])
        host = "sns.\(region).\(domain)"
    }

    /// Two letters, words and one digit, as in `eu-west-1`: nothing else can be a part of a host name that we would trust.
    private static func isRegion(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].utf8.count == 2, let number = parts.last, number.utf8.count == 1,
            number.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return false }
        return parts.dropLast().allSatisfy { !$0.isEmpty && $0.utf8.count <= 20 && $0.utf8.allSatisfy { (0x61...0x7A).contains($0) } }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }
}
