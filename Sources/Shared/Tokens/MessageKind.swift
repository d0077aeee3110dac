/// Which ledger a token's message id points into.
package enum MessageKind: UInt8, CaseIterable, Sendable {
    /// A row of the campaign ledger.
    case campaign = 1
    /// A transactional message.
    case transactional = 2
    /// A test or preview that nobody received as mail proper: nothing that its tokens do may count or change anything.
    case preview = 3
}
