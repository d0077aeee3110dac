import Foundation

/// A pipe whose ends no child gets, other than by ``ProcessSpawn/descriptors``.
package struct OwnPipe: Sendable {
    package let reading: CInt
    package let writing: CInt

    package init() throws(ProcessSpawn.Failure) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ProcessSpawn.Failure(description: "no pipe: \(String(cString: strerror(errno)))") }
        // Between the two calls a child of other code (`Foundation.Process`) could get them; those of ProcessSpawn close them.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reading, writing) = (ends[0], ends[1])
    }
}
