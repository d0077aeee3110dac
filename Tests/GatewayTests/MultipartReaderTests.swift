import Testing

@testable import Gateway

@Suite("Reading multipart bodies as they come")
struct MultipartReaderTests {
    private struct Part: Equatable {
        var name: String?
        var filename: String?
        var content: [UInt8] = []
        var isWhole = false
    }

    private func read(_ body: [UInt8], chunk: Int, boundary: String = "b") -> [Part] {
        var reader = MultipartReader(boundary: boundary)
        var parts: [Part] = []
        var position = 0
        while position < body.count {
            let end = min(position + chunk, body.count)
            reader.push(body[position..<end]) { event in
                switch event {
                case .part(let name, let filename): parts.append(Part(name: name, filename: filename))
                case .content(let bytes): parts[parts.count - 1].content += bytes
                case .end: parts[parts.count - 1].isWhole = true
                }
            }
            position = end
        }
        return parts
    }

    @Test("contents with line ends, near-delimiters and nothing in them come out whole, however the body is cut", arguments: [1, 2, 3, 7, 4_096])
    func cuts(chunk: Int) {
        let tricky = "a\r\n--\r\n-b\r\n\r\n--?b\r\r\n"
        let body = [
            "preamble --b\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.csv\"\r\n\r\n", tricky,
            "\r\n--b\r\ncontent-disposition: form-data; name=plain\r\n\r\n\r\n--b  \r\n\r\nheadless\r\n--b--\r\nepilogue --b\r\n",
        ].joined()
        let parts = read(Array(body.utf8), chunk: chunk)
        #expect(
            parts.map(\.name) == ["f", "plain", nil] && parts.map(\.filename) == ["x.csv", nil, nil] && parts.allSatisfy(\.isWhole)
        )
        #expect(parts.first.map { String(decoding: $0.content, as: UTF8.self) } == tricky)
        #expect(parts.dropFirst().map { String(decoding: $0.content, as: UTF8.self) } == ["", "headless"])
    }

    @Test("a body that is cut off leaves its part unfinished, and an endless head ends the reading")
    func broken() {
        let cut = Array("--b\r\nContent-Disposition: form-data; name=\"f\"\r\n\r\nabc\r\n--".utf8)
        #expect(read(cut, chunk: 5).map(\.isWhole) == [false])
        let endless = Array("--b\r\n".utf8) + [UInt8](repeating: 0x61, count: 40_000) + Array("\r\n\r\nx\r\n--b--".utf8)
        #expect(read(endless, chunk: 1_000).isEmpty)
        for body in ["", "--b", "--b--", "--b\r\n--b\r\n--b", "\r\n\r\n", "--c\r\n\r\nx\r\n--c--"] {
            #expect(read(Array(body.utf8), chunk: 2).isEmpty)
        }
    }
}
