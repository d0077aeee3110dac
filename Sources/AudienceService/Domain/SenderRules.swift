import Contracts
import Email

/// Which senders a client may have.
enum SenderRules {
    static let maximumCount = 100

    /// Every fault of the list and its default; empty when all is well.
    ///
    /// Field names as the API's.
    static func faults(_ senders: [Sender], defaultSenderID: String?) -> [String: String] {
        var faults = faults(senders)
        if senders.isEmpty { faults["senders"] = "must_be_non_empty_list" }
        if let defaultSenderID, !defaultSenderID.isEmpty {
            if !senders.contains(where: { $0.id == defaultSenderID }) { faults["default_sender_id"] = "not_configured" }
        } else {
            faults["default_sender_id"] = "required"
        }
        return faults
    }

    /// The faults of each sender.
    static func faults(_ senders: [Sender]) -> [String: String] {
        var faults: [String: String] = [:]
        if senders.count > maximumCount { faults["senders"] = "too_many" }
        var known: Set<String> = []
        for (index, sender) in senders.enumerated() {
            if let fault = fault(ofID: sender.id, known: &known) { faults["senders.\(index).id"] = fault }
            if let fault = fault(ofMailbox: sender.email) { faults["senders.\(index).email"] = fault }
        }
        return faults
    }

    private static func fault(ofID id: String, known: inout Set<String>) -> String? {
        if id.isEmpty { return "required" }
        let isValid = id.utf8.count <= 64 && id.utf8.allSatisfy(isIDByte)
        if !isValid { return "invalid" }
        return known.insert(id).inserted ? nil : "duplicate"
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func fault(ofMailbox text: String) -> String? {
        if text.allSatisfy(\.isWhitespace) { return "required" }
        guard text.utf8.count <= 1_000, (try? Mailbox(parsing: text)) != nil else { return "invalid" }
        return nil
    }
}
