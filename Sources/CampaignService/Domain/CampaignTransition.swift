import Contracts

/// What can happen to a campaign as a whole.
enum CampaignTransition: Sendable, Hashable, CaseIterable {
    /// It waits for its time.
    case schedule
    /// Its schedule was taken away before it began.
    case unschedule
    /// Its content is fixed and its snapshot may begin.
    case start
    case beginSnapshot
    case completeSnapshot
    case pause
    /// Goes on where no snapshot has begun, where one goes on, or where all rows are there.
    case resumeQueued, resumeSnapshotting, resumeSending
    /// Every batch is done.
    case finish
    case resend
    case cancel
    case fail
}

extension CampaignStatus {
    /// The status after a transition; nil when it is not allowed from here.
    func after(_ transition: CampaignTransition) -> CampaignStatus? {
        switch (self, transition) {
        case (.draft, .schedule), (.scheduled, .schedule): .scheduled
        case (.scheduled, .unschedule): .draft
        case (.draft, .start), (.scheduled, .start): .queued
        case (.queued, .beginSnapshot): .snapshotting
        case (.snapshotting, .completeSnapshot): .sending
        case (.queued, .pause), (.snapshotting, .pause), (.sending, .pause): .paused
        case (.paused, .resumeQueued): .queued
        case (.paused, .resumeSnapshotting): .snapshotting
        case (.paused, .resumeSending): .sending
        case (.sending, .finish): .sent
        case (.sending, .resend), (.sent, .resend): .sending
        // Paused stays paused: the rows wait with the others.
        case (.paused, .resend): .paused
        case (.draft, .cancel), (.scheduled, .cancel), (.queued, .cancel), (.snapshotting, .cancel), (.sending, .cancel),
            (.paused, .cancel):
            .cancelled
        case (.draft, .fail), (.scheduled, .fail), (.queued, .fail), (.snapshotting, .fail), (.sending, .fail), (.paused, .fail): .failed
        default: nil
        }
    }

    /// Content may change.
    var isEditable: Bool { self == .draft || self == .scheduled }

    /// Workers may take rows; the first batches are sent while the snapshot goes on.
    var isClaimable: Bool { self == .snapshotting || self == .sending }

    /// Nothing more will be sent (unless an operator resends).
    var isOver: Bool { self == .sent || self == .cancelled || self == .failed }

    /// What a worker does with the rest of its message.
    var disposition: ClaimedRecipients.Disposition {
        switch self {
        case .snapshotting, .sending: .sending
        case .paused: .paused
        case .draft, .scheduled, .queued, .sent, .cancelled, .failed: .ended
        }
    }
}
