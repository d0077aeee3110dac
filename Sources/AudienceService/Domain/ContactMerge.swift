import Contracts
import Model

/// The rules by which a change becomes a new state (API.md section 4 item 1, invariant I6): absent means unchanged, an opt-out stays
/// unless a re-subscription with its reason asks otherwise, first times and reasons are kept.
struct ContactMerge: Sendable {
    var now: Timestamp
    /// Where a consent of this change came from: `api`, `import:7`.
    var source: String
    /// A file is as old as it is: its `false` and its `unknown` take nothing back that was learnt since (docs/decisions/0007).
    var keepsSuppression = false

    /// The state after a change.
    ///
    /// Equal to `old` when there is nothing to write.
    func merged(_ patch: ContactPatch, tagIDs: [Int32], into old: ContactState) -> ContactState {
        var new = old
        new.contact = merged(patch, into: old.contact)
        new.tagIDs = union(old.tagIDs, tagIDs)
        if patch.isSubscribing || old.subscription != nil { new.subscription = merged(patch, into: old.subscription) }
        return new
    }

    private func merged(_ patch: ContactPatch, into old: ContactFields) -> ContactFields {
        var new = old
        set(&new.globalUnsubscribedAt, patch.globalUnsubscribed)
        set(&new.hardBouncedAt, patch.hardBounced)
        set(&new.complainedAt, patch.complained)
        guard patch.validationStatus != nil || patch.validationReason != nil || patch.validatedAt != nil else { return new }
        if keepsSuppression, patch.validationStatus == .unknown { return new }
        if let status = patch.validationStatus, status != old.validationStatus {
            new.validationStatus = status
            new.validationReason = ""
        }
        if let reason = patch.validationReason { new.validationReason = reason }
        if new.validationStatus == .unknown {
            new.validatedAt = nil
        } else if let time = patch.validatedAt {
            new.validatedAt = time
        } else if new != old {
            new.validatedAt = now
        }
        return new
    }

    private func set(_ time: inout Timestamp?, _ value: Bool?) {
        guard let value, value || !keepsSuppression else { return }
        time = value ? time ?? now : nil
    }

    private func union(_ old: [Int32]?, _ added: [Int32]) -> [Int32] {
        guard let old, !old.isEmpty else { return added }
        if added.allSatisfy(old.contains) { return old }
        return Set(old).union(added).sorted()
    }

    private func merged(_ patch: ContactPatch, into old: SubscriptionFields?) -> SubscriptionFields {
        var new = old ?? SubscriptionFields(status: .pending, source: source)
        switch patch.status {
        case .subscribed where new.status == .unsubscribed:
            guard let reason = patch.resubscribeReason else { break }
            new = SubscriptionFields(status: .subscribed, verifiedAt: new.verifiedAt, source: "\(source) resubscribed: \(reason)")
        case .subscribed, .pending:
            guard new.status != .unsubscribed, let status = patch.status, new.status != status else { break }
            new.status = status
            new.source = source
        case .unsubscribed where new.status != .unsubscribed:
            new.status = .unsubscribed
            new.unsubscribedAt = patch.unsubscribedAt ?? now
            new.unsubscribeReason = patch.unsubscribeReason ?? ""
        case .unsubscribed, nil:
            break
        }
        if patch.verified == false {
            new.verifiedAt = nil
        } else if patch.verified == true || patch.verifiedAt != nil {
            new.verifiedAt = new.verifiedAt ?? patch.verifiedAt ?? now
        }
        return new
    }
}
