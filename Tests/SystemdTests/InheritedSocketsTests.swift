import Glibc
import Systemd
import Testing

@Suite struct InheritedSocketsTests {
    @Test("sockets are found by name, taken once, and closed in children")
    func names() throws {
        let rpc = try UnixSocket()
        let http = try UnixSocket()
        let second = try UnixSocket()
        var sockets = try InheritedSockets([("rpc", rpc.descriptor), ("http", http.descriptor), ("http", second.descriptor)])
        #expect(sockets.names == ["http", "rpc"])
        #expect(sockets.take("rpc") == [rpc.descriptor])
        #expect(sockets.take("rpc").isEmpty)
        #expect(sockets.take("other").isEmpty)
        #expect(sockets.take("http") == [http.descriptor, second.descriptor])
        #expect(sockets.isEmpty)
        #expect(fcntl(rpc.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test("what is no listening stream socket is refused by name")
    func wrongKind() throws {
        let idle = try UnixSocket(listening: false)
        let datagram = try UnixSocket(datagram: true)
        for descriptor in [idle.descriptor, datagram.descriptor, -1, 0] {
            #expect(throws: InheritedSocketError.notListening(name: "rpc")) { try InheritedSockets([("rpc", descriptor)]) }
        }
    }
}
