extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    /// Letters, digits and the underscore, of ASCII.
    var isWord: Bool { isLetter || isDigit || self == UInt8(ascii: "_") }
    /// Space, tab, line feed, vertical tab, form feed, carriage return.
    var isSpace: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
    /// What `strip` and whitespace control remove.
    var isStrippable: Bool { isSpace || self == 0 }
}
