import Contracts
import Model
import Testing

/// A campaign's ledger beside what the provider took over.
struct Ledger {
    var recipients: [Recipient]
    /// How many messages the provider has for each row, by the tag `m`.
    var messages: [String: Int]

    init(_ recipients: [Recipient], _ accepted: [FakeSES.Accepted]) {
        self.recipients = recipients
        messages = Dictionary(accepted.map { ($0.message, 1) }, uniquingKeysWith: +)
    }

    func copies(_ recipient: Recipient) -> Int { messages["c-\(recipient.id)"] ?? 0 }
    func count(_ state: RecipientState) -> Int { recipients.count { $0.state == state } }

    /// I1 and I2: never two copies, nobody lost, and what the ledger says is so.
    func expectTruth(sourceLocation: SourceLocation = #_sourceLocation) {
        let twice = recipients.filter { copies($0) > 1 }
        #expect(twice.isEmpty, "sent more than once: \(twice.map(\.email))", sourceLocation: sourceLocation)
        let unsettled = recipients.filter { ![.sent, .skipped, .failed, .unknown].contains($0.state) }
        #expect(unsettled.isEmpty, "never settled: \(unsettled.map { "\($0.email) \($0.state)" })", sourceLocation: sourceLocation)
        let phantoms = recipients.filter { $0.state == .sent && copies($0) != 1 }
        #expect(phantoms.isEmpty, "sent, but the provider has none: \(phantoms.map(\.email))", sourceLocation: sourceLocation)
        let secret = recipients.filter { [.skipped, .failed].contains($0.state) && copies($0) > 0 }
        #expect(secret.isEmpty, "not sent, but the provider has one: \(secret.map(\.email))", sourceLocation: sourceLocation)
        let known = Set(recipients.map { "c-\($0.id)" })
        let strangers = messages.keys.filter { !known.contains($0) }
        #expect(strangers.isEmpty, "to nobody of the ledger: \(strangers)", sourceLocation: sourceLocation)
    }
}
