import Foundation
@testable import Operator

/// A directory of a test's own.
enum TestFolder {
    static func with<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let path = "/tmp/operator-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    /// Waits for another process to make a file.
    static func waitForFile(_ path: String) async {
        while access(path, F_OK) != 0 { await Task.yield() }
    }
}

enum TestSocket {
    struct Failure: Error { var number: Int32 }

    /// Connects and reads to the end, at most 20 s long.
    @concurrent
    static func read(path: String) async throws -> String {
        guard var address = UnixAddress(path) else { throw Failure(number: 0) }
        let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard address.withSockaddr({ connect(descriptor, $0, $1) }) == 0 else { throw Failure(number: errno) }
        var (all, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 1_024))
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw Failure(number: errno) }
            if count == 0 { return String(decoding: all, as: UTF8.self) }
            all += chunk[..<count]
        }
    }
}
