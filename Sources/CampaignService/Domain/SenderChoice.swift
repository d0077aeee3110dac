import Contracts

/// Which of a client's senders a campaign uses.
enum SenderChoice {
    /// `Name <local@domain>` of the chosen sender; an empty id is the default sender, nil means that it is not configured.
    static func address(of id: String, in senders: ClientSenders) -> String? {
        guard let id = id.isEmpty ? senders.defaultSenderID : id else { return nil }
        return senders.senders.first { $0.id == id }?.email
    }
}
