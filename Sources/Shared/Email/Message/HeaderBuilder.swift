/// Writes one header field, folded at spaces so that lines keep to 76 bytes where words allow it.
///
/// RFC 5322 2.1.1 recommends 78, RFC 2047 allows 76 where encoded words stand.
struct HeaderBuilder {
    private(set) var bytes: [UInt8]
    private var column: Int
    private var isEmpty = true
    private let prefixLength: Int

    /// Starts `name: `; an empty name starts a bare value.
    init(name: String) {
        bytes = Array(name.utf8)
        if !name.isEmpty { bytes.append(contentsOf: [UInt8(ascii: ":"), ASCII.space]) }
        column = bytes.count
        prefixLength = bytes.count
    }

    /// How many bytes the first line still takes.
    var room: Int { max(0, 76 - column) }

    /// The value on one line.
    var unfolded: String {
        String(decoding: bytes[prefixLength...].filter { $0 != ASCII.carriageReturn && $0 != ASCII.lineFeed }, as: UTF8.self)
    }

    /// Appends a word behind a space at which the line may fold.
    mutating func appendWord(_ word: some Collection<UInt8>) {
        if !isEmpty {
            if column + 1 + word.count > 76 {
                bytes.append(contentsOf: [ASCII.carriageReturn, ASCII.lineFeed])
                column = 0
            }
            bytes.append(ASCII.space)
            column += 1
        }
        appendTight(word)
    }

    /// Appends bytes directly behind what stands there.
    mutating func appendTight(_ text: some Collection<UInt8>) {
        bytes.append(contentsOf: text)
        column += text.count
        isEmpty = false
    }

    /// Appends ASCII text word by word; every space of it is kept.
    mutating func appendWords(of text: some StringProtocol) {
        for word in text.utf8.split(separator: ASCII.space, omittingEmptySubsequences: false) {
            appendWord(word)
        }
    }

    /// Appends encoded words for text of any kind.
    mutating func appendEncoded(_ text: String, in context: EncodedWord.Context) {
        for word in EncodedWord.encode(text, context: context, firstRoom: isEmpty ? room : 75) {
            appendWord(word)
        }
    }

    /// Appends `Name <address>` or the bare address.
    mutating func appendMailbox(_ mailbox: Mailbox) {
        guard let name = mailbox.name else {
            appendWord(mailbox.address.wireForm.utf8)
            return
        }
        appendPhrase(name)
        appendWord("<\(mailbox.address.wireForm)>".utf8)
    }

    /// Appends a phrase: atoms where they suffice, else a quoted string, encoded words when that cannot hold the text.
    mutating func appendPhrase(_ text: String) {
        if !EncodedWord.isPlainText(text) {
            appendEncoded(text, in: .phrase)
        } else if text.utf8.allSatisfy({ ASCII.isAtomText($0) || $0 == ASCII.space }) {
            appendWords(of: text)
        } else {
            var quoted = "\""
            for character in text.unicodeScalars {
                if character == "\"" || character == "\\" { quoted.unicodeScalars.append("\\") }
                quoted.unicodeScalars.append(character)
            }
            appendWords(of: quoted + "\"")
        }
    }

    /// Ends the field and adds it to a message.
    func finish(into message: inout [UInt8]) {
        message.append(contentsOf: bytes)
        message.append(contentsOf: [ASCII.carriageReturn, ASCII.lineFeed])
    }
}
