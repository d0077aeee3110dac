import Dispatch
import Foundation
import Processes

/// A shell that starts Postgres, obeys commands on its input, and stops and removes everything when its input ends: when this process does.
final class Watchdog: Sendable {
    private let input: CInt
    private let output: CInt
    private let queue = DispatchQueue(label: "test.postgres.watchdog")

    init() throws {
        // No other child may hold these ends: the shell would wait for its death too.
        let toShell = try OwnPipe()
        let fromShell = try OwnPipe()
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        _ = try ProcessSpawn(["/bin/sh", "-c", Self.script], descriptors: [toShell.reading, fromShell.writing, null]).start()
        for descriptor in [toShell.reading, fromShell.writing, null] { close(descriptor) }
        input = toShell.writing
        output = fromShell.reading
    }

    deinit {
        close(input)
        close(output)
    }

    func send(_ command: String) throws {
        let line = Array("\(command)\n".utf8)
        guard write(input, line, line.count) == line.count else { throw TestCluster.Failure(description: "the watchdog is gone") }
    }

    /// The next line that the shell writes.
    func answer() async throws -> String {
        let output = output
        return try await withCheckedThrowingContinuation { continuation in
            queue.async {
                var line: [UInt8] = []
                var byte: UInt8 = 0
                while read(output, &byte, 1) == 1 {
                    if byte == UInt8(ascii: "\n") { return continuation.resume(returning: String(decoding: line, as: UTF8.self)) }
                    line.append(byte)
                }
                continuation.resume(
                    throwing: TestCluster.Failure(description: "the watchdog ended: \(String(decoding: line, as: UTF8.self))")
                )
            }
        }
    }

    private static let script = #"""
        trap '' INT TERM HUP
        for bin in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin; do [ -x "$bin/initdb" ] && break; done
        [ -x "$bin/initdb" ] || { echo "postgresql-15 is not installed"; exit 1; }
        dir=$(mktemp -d /tmp/datamailer-test.XXXXXXXX) || { echo "no temporary directory"; exit 1; }
        cd /
        as=
        if [ "$(id -u)" = 0 ]; then
            chown postgres "$dir"
            as="setpriv --reuid=postgres --regid=postgres --init-groups"
        fi
        start() {
            $as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -t 60 -o "-k $dir -c listen_addresses='' -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off \
        -c shared_preload_libraries=pg_stat_statements" start \
                >/dev/null 2>&1 </dev/null
        }
        stop() { $as "$bin/pg_ctl" -D "$dir/data" -m "$1" -w stop >/dev/null 2>&1 </dev/null; }
        remove() { stop immediate; rm -rf "$dir"; }
        $as "$bin/initdb" -D "$dir/data" -U datamailer_owner -A trust -E UTF8 --locale=C.UTF-8 -N >"$dir/initdb" 2>&1 </dev/null \
            || { echo "initdb: $(tail -n 1 "$dir/initdb")"; rm -rf "$dir"; exit 1; }
        start || { echo "pg_ctl: $(tail -n 1 "$dir/log")"; remove; exit 1; }
        echo "$dir"
        while read -r command; do
            case $command in
                stop) stop fast && echo done || echo failed ;;
                crash) stop immediate && echo done || echo failed ;;
                start) start && echo done || echo failed ;;
                remove) remove; echo done; exit 0 ;;
            esac
        done
        remove
        """#
}
