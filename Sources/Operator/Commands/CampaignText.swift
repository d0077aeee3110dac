import Contracts

/// A campaign in words.
enum CampaignText {
    static func lines(_ campaign: Campaign) -> [String] {
        let numbers = campaign.statistics
        var lines = ["\(campaign.externalKey): \(campaign.status.rawValue)" + (campaign.statusReason.isEmpty ? "" : " (\(campaign.statusReason))")]
        lines.append(
            "  \(numbers.recipientCount) recipients: \(numbers.sentCount) sent, \(numbers.pendingCount) pending, \(numbers.attemptingCount) attempting, "
                + "\(numbers.failedCount) failed, \(numbers.unknownCount) unknown; \(numbers.skippedCount) skipped"
        )
        lines.append(
            "  \(numbers.uniqueOpenCount) opened (\(numbers.openCount) opens), \(numbers.uniqueClickCount) clicked (\(numbers.clickCount) clicks), "
                + "\(numbers.unsubscribeCount) unsubscribed, \(numbers.bounceCount) bounced, \(numbers.complaintCount) complained"
        )
        if campaign.status == .sent, numbers.unknownCount > 0 {
            lines.append(
                "  finished with \(numbers.unknownCount) unconfirmed: `datamailer campaign recipients \(campaign.externalKey) --in-state unknown …`"
            )
        }
        return lines
    }

    /// One line for a progress display.
    static func progress(_ campaign: Campaign) -> String {
        let numbers = campaign.statistics
        let settled = numbers.sentCount + numbers.failedCount + numbers.unknownCount
        return
            "\(campaign.status.rawValue): \(settled) of \(numbers.recipientCount) settled, \(numbers.skippedCount) skipped, \(numbers.uniqueOpenCount) opened"
    }
}
