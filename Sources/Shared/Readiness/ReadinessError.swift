import Glibc

/// The kernel refused to watch a descriptor.
package struct ReadinessError: Error, Sendable, CustomStringConvertible {
    /// The value of `errno`: `EBADF` for a closed descriptor, `EPERM` for one that cannot be watched (a regular file).
    package let code: CInt

    package var description: String { "cannot watch the descriptor: \(String(cString: strerror(code)))" }
}
