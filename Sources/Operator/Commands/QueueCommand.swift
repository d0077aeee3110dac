import ArgumentParser
import Contracts
import JSON
import ServiceRuntime

/// The queues and their dead letters.
struct QueueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        abstract: "The queues and their dead letters.",
        subcommands: [List.self, Peek.self, Redrive.self]
    )

    /// Numbers of all queues.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Numbers of all queues.")
        @OptionGroup var services: ServiceOptions

        func run() async throws {
            var list = try await services.call(.delivery, ListQueues())
            list.queues += try await services.call(.tracking, GetForwarding()).queues
            try services.show(
                list,
                list.queues.map { "\($0.name): \($0.waiting) waiting, \($0.inFlight) in flight, \($0.dead) dead" }
            )
        }
    }

    /// Messages of one queue.
    struct Peek: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Shows messages without taking them.")
        @OptionGroup var services: ServiceOptions
        @Argument(help: "campaign-email, transactional-email, ses-webhooks, email-events, or link-events (from Tracking to Campaign).")
        var queue: String
        @Flag(help: "The dead letters instead.")
        var dead = false
        @Option(help: "How many, at most 100.")
        var limit = 10

        func run() async throws {
            let peek =
                queue == GetForwarding.queue
                ? try await services.call(.tracking, PeekForwarding(dead: dead, limit: limit))
                : try await services.call(.delivery, PeekQueue(queue: queue, dead: dead, limit: limit))
            try services.show(
                peek,
                peek.messages.map {
                    "\($0.id)  received \($0.receiveCount) times  \($0.body.text)" + ($0.lastError.isEmpty ? "" : "  \($0.lastError)")
                }
            )
        }
    }

    /// Dead letters back to work.
    struct Redrive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Moves the dead letters of a queue back to it.")
        @OptionGroup var services: ServiceOptions
        @Argument(help: "The queue.")
        var queue: String

        func run() async throws {
            let redriven =
                queue == GetForwarding.queue
                ? try await services.call(.tracking, RedriveForwarding())
                : try await services.call(.delivery, RedriveQueue(queue: queue))
            try services.show(redriven, ["\(redriven.moved) messages moved back to \(queue)"])
        }
    }
}
