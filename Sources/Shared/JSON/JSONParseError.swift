/// What a parser refuses by, so that hostile text costs bounded memory and stack.
package struct JSONLimits: Sendable {
    /// Arrays and objects inside one another; never more than ``highestDepth``.
    package var maximumDepth: Int

    /// Values are freed and compared by recursion, so their depth has an end whatever the caller allows.
    package static let highestDepth = 512

    package init(maximumDepth: Int = 64) { self.maximumDepth = maximumDepth }

    var depth: Int { min(max(maximumDepth, 0), Self.highestDepth) }
}

/// Why bytes are not JSON, or not the JSON that a reader asked for, and where.
package struct JSONParseError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: String, Sendable {
        case syntax, invalidUTF8, tooDeep, duplicateKey, trailingData, empty
        /// Valid JSON of another type than the reader asked for, or a number outside the asked range.
        case wrongType
    }

    package var reason: Reason
    /// Byte offset of the first byte that could not be taken.
    package var offset: Int

    package init(reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "\(reason.rawValue) at byte \(offset)" }
}
