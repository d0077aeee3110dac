import Systemd
import Testing

@Suite(.timeLimit(.minutes(1))) struct SystemdNotifierTests {
    @Test("each state is one datagram in the manager's words")
    func states() throws {
        let manager = try UnixSocket(datagram: true)
        let notifier = SystemdNotifier(address: manager.path)
        notifier.sendReady(status: "serving")
        #expect(manager.receive() == "READY=1\nSTATUS=serving")
        notifier.sendStopping()
        #expect(manager.receive() == "STOPPING=1")
        notifier.sendStatus("a\nREADY=1")
        #expect(manager.receive() == "STATUS=a READY=1")
        notifier.sendWatchdog()
        #expect(manager.receive() == "WATCHDOG=1")
        notifier.extendTimeout(by: .seconds(5))
        #expect(manager.receive() == "EXTEND_TIMEOUT_USEC=5000000")
    }

    @Test("no manager, a dead one or a bad address is no trouble", arguments: [nil, "", "@", "relative", "/nowhere/at/all"] as [String?])
    func absent(address: String?) {
        SystemdNotifier(address: address).sendReady()
        SystemdNotifier(address: String(repeating: "/a", count: 100)).sendReady()
    }
}
