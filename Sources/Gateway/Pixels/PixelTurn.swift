import NIOCore

/// A connection that waits until an event is durable.
struct PixelTurn: Sendable {
    private let handler: NIOLoopBound<PixelHandler>
    private let eventLoop: any EventLoop

    init(_ handler: PixelHandler, on eventLoop: any EventLoop) {
        self.handler = NIOLoopBound(handler, eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    /// Lets all of them answer; each event loop is woken once.
    static func finish(_ turns: [PixelTurn]) {
        var rest = turns[...]
        while let eventLoop = rest.first?.eventLoop {
            let together = rest.filter { $0.eventLoop === eventLoop }
            rest = rest.filter { $0.eventLoop !== eventLoop }[...]
            eventLoop.execute { for turn in together { turn.handler.value.finishPending() } }
        }
    }
}
