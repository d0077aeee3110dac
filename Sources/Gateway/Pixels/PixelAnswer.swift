import HTTPTypes
import HummingbirdCore
import NIOCore

/// The bytes of a pixel's answer: those of ``Pixel/response`` with the headers that every answer carries.
enum PixelAnswer {
    static func bytes(isHead: Bool, closes: Bool) -> ByteBuffer {
        switch (isHead, closes) {
        case (false, false): kept
        case (false, true): last
        case (true, false): keptHead
        case (true, true): lastHead
        }
    }

    private static let kept = make(isHead: false, closes: false)
    private static let last = make(isHead: false, closes: true)
    private static let keptHead = make(isHead: true, closes: false)
    private static let lastHead = make(isHead: true, closes: true)

    private static func make(isHead: Bool, closes: Bool) -> ByteBuffer {
        var response = Pixel.response
        GatewayResponder.secure(&response)
        var text = "HTTP/1.1 200 OK\r\n"
        for field in response.headers { text += "\(field.name.rawName): \(field.value)\r\n" }
        text += "Content-Length: \(Pixel.bytes.count)\r\n"
        if closes { text += "Connection: close\r\n" }
        var buffer = ByteBuffer(string: text + "\r\n")
        if !isHead { buffer.writeBytes(Pixel.bytes) }
        return buffer
    }
}
