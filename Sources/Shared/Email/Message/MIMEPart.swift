/// A node of the message's tree.
indirect enum MIMEPart {
    case text(subtype: StaticString, TextBody)
    case file(Attachment, isInline: Bool)
    case part(TextPart)
    case multipart(subtype: StaticString, boundary: String, parameter: StaticString, [MIMEPart])

    /// A multipart of these parts, or the part itself when there is one only.
    static func collapsing(_ subtype: StaticString, _ boundary: String, parameter: StaticString = "", _ parts: [MIMEPart]) -> MIMEPart {
        if parts.count == 1, let only = parts.first { return only }
        return .multipart(subtype: subtype, boundary: boundary, parameter: parameter, parts)
    }

    /// Writes the part's headers, the empty line and its content.
    ///
    /// The line end before a boundary belongs to the boundary, so a text inside a multipart gets one of its own.
    func write(to output: inout [UInt8], isNested: Bool = false) {
        switch self {
        case .text(let subtype, let body):
            output.append(contentsOf: "Content-Type: text/\(subtype); charset=UTF-8\r\n".utf8)
            output.append(contentsOf: "Content-Transfer-Encoding: \(body.transferEncoding)\r\n\r\n".utf8)
            output.append(contentsOf: body.bytes)
            if isNested || body.bytes.last != ASCII.lineFeed { output.append(contentsOf: "\r\n".utf8) }
        case .file(let file, let isInline):
            Self.write(file, contentType: file.contentType, disposition: isInline ? "inline" : "attachment", to: &output)
        case .part(let part):
            Self.write(part.file, contentType: part.contentType, disposition: part.hasFilename ? "attachment" : nil, to: &output)
        case .multipart(let subtype, let boundary, let parameter, let parts):
            output.append(contentsOf: "Content-Type: multipart/\(subtype);\(parameter)\r\n boundary=\"\(boundary)\"\r\n\r\n".utf8)
            for part in parts {
                output.append(contentsOf: "--\(boundary)\r\n".utf8)
                part.write(to: &output, isNested: true)
            }
            output.append(contentsOf: "--\(boundary)--\r\n".utf8)
        }
    }

    private static func write(_ file: Attachment, contentType: String, disposition: String?, to output: inout [UInt8]) {
        var type = HeaderBuilder(name: "Content-Type")
        type.appendWords(of: contentType)
        type.finish(into: &output)
        if let disposition {
            var header = HeaderBuilder(name: "Content-Disposition")
            header.appendWord(disposition.utf8)
            for parameter in file.dispositionParameters {
                header.appendTight(";".utf8)
                header.appendWord(parameter.utf8)
            }
            header.finish(into: &output)
        }
        if let contentID = file.contentID { output.append(contentsOf: "Content-ID: <\(contentID)>\r\n".utf8) }
        output.append(contentsOf: "Content-Transfer-Encoding: base64\r\n\r\n".utf8)
        output.append(contentsOf: file.bytes.withUnsafeBufferPointer(Base64.encodeLines))
    }
}

extension MIMEMessage {
    /// `mixed(alternative(plain, related(html, images)), attachments)`, without levels that would hold one part.
    func content() throws(MIMEMessageError) -> MIMEPart {
        guard text != nil || html != nil else { throw .noBody }
        if html == nil, !inlineImages.isEmpty { throw .inlineImageWithoutHTML }
        if inlineImages.contains(where: { $0.contentID == nil }) { throw .invalidContentID }
        let plain = text ?? html.map(PlainText.fromHTML) ?? []
        var alternatives: [MIMEPart] = [.text(subtype: "plain", TextBody(plain))]
        if let html {
            let related = [.text(subtype: "html", TextBody(html))] + inlineImages.map { MIMEPart.file($0, isInline: true) }
            alternatives.append(.collapsing("related", messageID.boundary("r"), parameter: " type=\"text/html\";", related))
        }
        alternatives += parts.filter(\.isAlternative).map(MIMEPart.part)
        let body = MIMEPart.collapsing("alternative", messageID.boundary("a"), alternatives)
        let attached = parts.filter { !$0.isAlternative }.map(MIMEPart.part) + attachments.map { .file($0, isInline: false) }
        return .collapsing("mixed", messageID.boundary("m"), [body] + attached)
    }
}
