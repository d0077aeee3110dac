import CLibCurl
import Glibc

extension HTTPTransfer {
    func setCallbacks(_ options: inout EasyOptions) {
        let context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        options.set(pointer: CURLOPT_ERRORBUFFER, errorText)
        options.set(pointer: CURLOPT_WRITEDATA, context)
        options.set(callback: CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            HTTPTransfer.from(context)?.received(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        options.set(pointer: CURLOPT_HEADERDATA, context)
        options.set(callback: CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            HTTPTransfer.from(context)?.received(line: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        options.set(pointer: CURLOPT_PREREQDATA, context)
        options.check(
            curl_easy_set_prerequest_callback(options.handle) { context, _, _, _, _ in
                guard let transfer = HTTPTransfer.from(context), transfer.mayAttempt() else { return CURL_PREREQFUNC_ABORT }
                return CURL_PREREQFUNC_OK
            }
        )
        options.set(pointer: CURLOPT_OPENSOCKETDATA, context)
        options.check(
            curl_easy_set_open_socket_callback(options.handle) { context, _, address in
                guard let transfer = HTTPTransfer.from(context), let address else { return -1 }
                return transfer.openSocket(address)
            }
        )
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer? {
        context.map { Unmanaged<HTTPTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Called before each sending of the request: libcurl sends again, silently, when a kept connection dies before the answer.
    private func mayAttempt() -> Bool {
        attempts += 1
        if attempts > 1 { isResendPrevented = true }
        return attempts == 1
    }

    /// Opens a connection's socket, unless the request was on its way already: a second connection would be for sending it again.
    private func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> CInt {
        guard attempts == 0 else {
            isResendPrevented = true
            return -1
        }
        guard configuration.addressPolicy.allows(address) else {
            isAddressRefused = true
            return -1
        }
        return socket(address.pointee.family, address.pointee.socktype | CInt(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }

    private func received(body bytes: UnsafeRawBufferPointer) -> Int {
        if let download { return received(bytes, for: download) }
        guard bytes.count <= request.maximumResponseBytes - body.count else {
            isTooLarge = true
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func received(_ bytes: UnsafeRawBufferPointer, for download: HTTPDownload) -> Int {
        switch download.offer(bytes, status: status) {
        case .taken: return bytes.count
        case .paused: return Int(CURL_WRITEFUNC_PAUSE)
        case .tooLarge:
            isTooLarge = true
            return 0
        }
    }

    private func received(line bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first, first != 0x0D, first != 0x0A else {
            isHeadComplete = status != nil
            return
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A new answer begins: what came before was interim (1xx).
            let number = line.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0.prefix(3)) }
            status = number.flatMap { $0 >= 200 ? $0 : nil }
            headers.removeAll(keepingCapacity: true)
        } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
            let value = line.utf8[line.utf8.index(after: colon)...]
            headers.append((String(line[..<colon]), Self.trimmed(value)))
        }
    }

    private static func trimmed(_ bytes: Substring.UTF8View) -> String {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A }
        var rest = bytes.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(Substring(rest))
    }
}
