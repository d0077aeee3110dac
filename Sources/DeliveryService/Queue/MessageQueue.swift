/// The queues of the product (DESIGN section 5, "Queues"), each with its dead letters.
enum QueueName: String, CaseIterable, Sendable {
    case transactionalEmail = "transactional-email"
    case campaignEmail = "campaign-email"
    case sesWebhooks = "ses-webhooks"
    case emailEvents = "email-events"

    /// How long a received message stays invisible without a heartbeat.
    static let visibility = Duration.seconds(30)
    /// A message received more often than this goes to the dead letters.
    static let receiveLimit = 5
}

/// A received message: its body, and the receipt that holds it.
struct ReceivedMessage: Sendable, Equatable {
    var id: Int64
    var body: String
    /// How often it has been received, this time included.
    var receiveCount: Int
    var receipt: Int64
}

/// One protocol for every queue backend.
///
/// At least once, unordered; messages carry ids, the ledger is the authority.
protocol MessageQueue: Sendable {
    /// Adds messages, visible after `delay` (0 to 900 s).
    func send(_ queue: QueueName, bodies: [String], delay: Duration) async throws
    /// Takes up to `limit` visible messages; none is an empty answer at once. Messages past the receive limit go to the dead letters instead.
    func receive(_ queue: QueueName, limit: Int) async throws -> [ReceivedMessage]
    /// Prolongs a lease by the visibility time; false when somebody else holds the message by now.
    func extend(_ message: ReceivedMessage) async throws -> Bool
    /// Makes a held message visible again at once, for another worker.
    func release(_ message: ReceivedMessage) async throws
    /// Takes a finished message off the queue. A receipt that is no longer valid changes nothing.
    func delete(_ message: ReceivedMessage) async throws
    /// Takes finished messages off the queue, as ``delete(_:)`` does each.
    func deleteAll(_ messages: [ReceivedMessage]) async throws
    /// Puts a message into the dead letters at once, because no repetition can help.
    func bury(_ message: ReceivedMessage, reason: String) async throws
    /// Wakes up when messages may have come; also without one.
    func wakeUps() -> AsyncStream<Void>
}
