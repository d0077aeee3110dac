import Contracts
import JSONRPC
import Model
import Postgres
import Synchronization

@testable import DeliveryService

/// Audience as Delivery sees it: one contact an address, refusals and senders as a test sets them.
final class FakeAudience: Sendable {
    struct State: Sendable {
        var contacts: [String: Int64] = [:]
        var refusals: [String: String] = [:]
        var prepares = 0
        var checks = 0
        var isAway = false
        /// Runs after Audience has said whom a message goes to, and before the answer arrives.
        var whilePrepared: (@Sendable () async throws -> Void)?
    }

    let state = Mutex(State())
    static let senders = ["": "Courses <courses@example.org>", "courses": "Courses <courses@example.org>", "news": "news@example.org"]

    func refuse(_ email: String, _ reason: String) { state.withLock { $0.refusals[email] = reason } }
    var contacts: [String: Int64] { state.withLock { $0.contacts } }

    var caller: InProcessCaller {
        var methods = RPCMethodTable()
        methods.on(PrepareTransactional.self) { call, _ in
            if self.state.withLock({ $0.isAway }) { throw PostgresError(message: "away", isUnavailable: true) }
            let prepared = self.prepare(call)
            try await self.state.withLock { $0.whilePrepared }?()
            return prepared
        }
        methods.on(CheckTransactional.self) { call, _ in
            self.state.withLock { state in
                state.checks += 1
                let emails = Dictionary(uniqueKeysWithValues: state.contacts.map { ($0.value, $0.key) })
                return TransactionalRefusals(reasons: call.contactIDs.map { id in emails[id].flatMap { state.refusals[$0] } ?? "" })
            }
        }
        methods.on(GetSenders.self) { call, _ in
            ClientSenders(
                client: ClientIdentity(
                    organizationID: call.scope.organizationID,
                    organizationSlug: "acme",
                    clientID: call.scope.clientID,
                    clientSlug: "app",
                    clientName: "App"
                ),
                defaultSenderID: "courses",
                senders: [Sender(id: "courses", email: "Courses <courses@example.org>"), Sender(id: "news", email: "news@example.org")]
            )
        }
        return InProcessCaller(methods, as: .delivery)
    }

    private func prepare(_ call: PrepareTransactional) -> PreparedTransactional {
        state.withLock { state in
            state.prepares += 1
            var prepared = PreparedTransactional()
            for index in call.emails.indices {
                let sender = Self.senders[call.senderIDs[index]]
                if call.creates[index], sender != nil, state.contacts[call.emails[index]] == nil {
                    state.contacts[call.emails[index]] = Int64(state.contacts.count + 1)
                }
                prepared.contactIDs.append(state.contacts[call.emails[index]] ?? 0)
                prepared.refusals.append(state.refusals[call.emails[index]] ?? "")
                prepared.senderIDs.append(call.senderIDs[index].isEmpty ? "courses" : call.senderIDs[index])
                prepared.senders.append(sender ?? "")
            }
            return prepared
        }
    }
}
