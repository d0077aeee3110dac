import Foundation

/// How much memory this process holds.
package enum ResidentMemory {
    /// Bytes, from `/proc/self/statm`; 0 where that cannot be read.
    package static var bytes: Int64 {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}
