/// The content of a signed token.
///
/// 13 bytes: version, key id, message kind, message id (8 bytes, big endian), link number (2 bytes, big endian).
/// The purpose is in none of them: it decides the key of the authentication code.
package struct Token: Hashable, Sendable {
    /// The only version so far.
    package static let currentVersion: UInt8 = 1
    static let byteCount = 13

    package var version: UInt8
    package var keyID: UInt8
    package var kind: MessageKind
    package var messageID: Int64
    /// The number of the link within the message, from 0; 0 where there is none.
    package var link: UInt16

    package init(version: UInt8 = Self.currentVersion, keyID: UInt8, kind: MessageKind, messageID: Int64, link: UInt16 = 0) {
        self.version = version
        self.keyID = keyID
        self.kind = kind
        self.messageID = messageID
        self.link = link
    }

    /// Reads the 13 bytes; nil for another length, an unknown version or kind, or an id that is not positive.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        let start = bytes.startIndex
        guard bytes[start] == Self.currentVersion, let kind = MessageKind(rawValue: bytes[start + 2]) else { return nil }
        let number = bytes[(start + 3)..<(start + 11)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let messageID = Int64(exactly: number), messageID > 0 else { return nil }
        version = bytes[start]
        keyID = bytes[start + 1]
        self.kind = kind
        self.messageID = messageID
        link = UInt16(bytes[start + 11]) << 8 | UInt16(bytes[start + 12])
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(version)
        bytes.append(keyID)
        bytes.append(kind.rawValue)
        withUnsafeBytes(of: messageID.bigEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: link.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
