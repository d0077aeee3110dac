/// Looks for variables in the text of a template.
package enum TemplateReference {
    /// Whether the template writes the root variable `name` somewhere: `{{ name }}`, with filters or white space control too.
    ///
    /// Text in quotes, members such as `contact.name`, `{% raw %}` and `{% comment %}` blocks do not count.
    package static func writes(_ name: String, in template: String) -> Bool {
        var tokenizer = HTMLTokenizer(Array(template.utf8), mode: .template)
        let bytes = tokenizer.bytes
        var index = 0
        while index < bytes.count {
            guard let end = tokenizer.templateEnd(at: index) else {
                index += 1
                continue
            }
            if bytes[index + 1] == UInt8(ascii: "{"), mentions(Array(name.utf8), in: bytes[(index + 2)..<(end - 2)]) { return true }
            index = end
        }
        return false
    }

    private static func mentions(_ name: [UInt8], in expression: ArraySlice<UInt8>) -> Bool {
        var quote: UInt8?
        var previous = ASCII.space
        var index = expression.startIndex
        while index < expression.endIndex {
            let byte = expression[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if isWord(byte) {
                let word = expression[index...].prefix(while: isWord)
                if previous != UInt8(ascii: "."), word.elementsEqual(name) { return true }
                index = word.endIndex
                previous = byte
                continue
            }
            previous = byte
            index += 1
        }
        return false
    }

    private static func isWord(_ byte: UInt8) -> Bool { ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "_") }
}
