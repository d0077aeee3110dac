import Contracts
import Model

/// Opens and clicks of one batch of events, merged by contact: the news that Audience gets.
struct EngagementMerge: Sendable {
    private struct Key: Hashable {
        var audienceID: Int64
        var contactID: Int64
    }

    private struct Facts {
        var organizationID: Int64
        var opens: Int64 = 0
        var humanOpens: Int64 = 0
        var clicks: Int64 = 0
        var humanClicks: Int64 = 0
        var openedAt: Int64 = 0
        var humanOpenedAt: Int64 = 0
        var clickedAt: Int64 = 0
        var humanClickedAt: Int64 = 0
    }

    private var facts: [Key: Facts] = [:]

    /// Takes an event that was applied for the first time.
    mutating func add(_ event: RecipientEvent, _ row: MergeEvents.Output) {
        guard row.contactID > 0, event.type != .unsubscribe else { return }
        let moment = event.occurredAt.microseconds
        let key = Key(audienceID: row.audienceID, contactID: row.contactID)
        var merged = facts[key] ?? Facts(organizationID: row.organizationID)
        if event.withdrawsHuman == true {
            // What was taken for a person's click was a machine's; the time of the last one stays.
            merged.humanClicks -= 1
        } else if event.type == .open {
            merged.opens += 1
            merged.openedAt = max(merged.openedAt, moment)
            if event.isHuman {
                merged.humanOpens += 1
                merged.humanOpenedAt = max(merged.humanOpenedAt, moment)
            }
        } else {
            merged.clicks += 1
            merged.clickedAt = max(merged.clickedAt, moment)
            if event.isHuman {
                merged.humanClicks += 1
                merged.humanClickedAt = max(merged.humanClickedAt, moment)
            }
        }
        facts[key] = merged
    }

    /// nil when there is no news; contacts in ascending order, so that two batches lock them in one order.
    var call: RecordEngagement? {
        guard !facts.isEmpty else { return nil }
        var call = RecordEngagement()
        for (key, merged) in facts.sorted(by: { ($0.key.contactID, $0.key.audienceID) < ($1.key.contactID, $1.key.audienceID) }) {
            call.organizationIDs.append(merged.organizationID)
            call.audienceIDs.append(key.audienceID)
            call.contactIDs.append(key.contactID)
            call.opens.append(merged.opens)
            call.humanOpens.append(merged.humanOpens)
            call.clicks.append(merged.clicks)
            call.humanClicks.append(merged.humanClicks)
            call.lastOpenedAt.append(merged.openedAt)
            call.lastHumanOpenedAt.append(merged.humanOpenedAt)
            call.lastClickedAt.append(merged.clickedAt)
            call.lastHumanClickedAt.append(merged.humanClickedAt)
        }
        return call
    }
}
