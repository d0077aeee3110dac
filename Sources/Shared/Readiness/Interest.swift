import CEpoll

/// What a descriptor is watched for, and what it was found ready for.
package struct Interest: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let read = Interest(rawValue: 1)
    package static let write = Interest(rawValue: 2)

    var epollEvents: UInt32 {
        var events: UInt32 = 0
        if contains(.read) { events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
        if contains(.write) { events |= EPOLLOUT.rawValue }
        return events
    }

    /// An error or a hang-up counts as ready for everything: the owner finds the reason by its next read or write.
    init(epollEvents events: UInt32) {
        var interest: Interest = []
        let failed = events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        if failed || events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 { interest.insert(.read) }
        if failed || events & EPOLLOUT.rawValue != 0 { interest.insert(.write) }
        self = interest
    }
}
