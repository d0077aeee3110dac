/// A stored password hash: `$scrypt$ln=17,r=8,p=1$salt$hash`, salt and hash in base64 without padding (the PHC string format).
package struct PasswordRecord: Hashable, Sendable, CustomStringConvertible {
    package var parameters: Scrypt.Parameters
    package var salt: [UInt8]
    package var hash: [UInt8]

    package init(parameters: Scrypt.Parameters, salt: [UInt8], hash: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.hash = hash
    }

    /// Reads the text form; refuses parameters that would need more than 512 MiB.
    package init(_ text: String) throws(CryptographyError) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { throw .malformed("not a scrypt password hash") }
        let settings = parts[2].split(separator: ",", omittingEmptySubsequences: false)
        guard settings.count == 3,
            let logarithmOfCost = Self.value(of: "ln", in: settings[0]),
            let blockSize = Self.value(of: "r", in: settings[1]),
            let parallelism = Self.value(of: "p", in: settings[2])
        else { throw .malformed("parameters of a password hash") }
        parameters = .init(logarithmOfCost: logarithmOfCost, blockSize: blockSize, parallelism: parallelism)
        guard parameters.memoryByteCount != nil else { throw .invalidParameter("scrypt parameters") }
        guard let salt = Base64.unpadded.decode(parts[3]), (8...64).contains(salt.count),
            let hash = Base64.unpadded.decode(parts[4]), (16...64).contains(hash.count)
        else { throw .malformed("salt or hash of a password hash") }
        self.salt = salt
        self.hash = hash
    }

    package var description: String {
        "$scrypt$ln=\(parameters.logarithmOfCost),r=\(parameters.blockSize),p=\(parameters.parallelism)"
            + "$\(Base64.unpadded.encode(salt))$\(Base64.unpadded.encode(hash))"
    }

    private static func value(of name: String, in setting: Substring) -> Int? {
        let sides = setting.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2, sides[0] == name, sides[1].allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(sides[1])
    }
}
