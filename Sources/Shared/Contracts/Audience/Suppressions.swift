import JSON
import JSONRPC
import Model

/// Why an organization mails an address nothing at all, not even transactional mail.
package enum SuppressionKind: String, Codable, Sendable, CaseIterable {
    case hardBounce = "hard_bounce"
    case complaint
    case globalUnsubscribe = "global_unsubscribe"
}

/// One page of an organization's suppression list, in the order in which contacts were made.
///
/// Changes nothing. Failures: `limit: must_be_between_1_and_500`.
package struct ListSuppressions: RPCMethod, Codable {
    package static let name = "audience.listSuppressions"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = SuppressionPage
    package typealias Failure = ValidationFailure
    package static let maximumLimit = 500
    package var scope: ClientScope
    /// Nil: every kind.
    package var kind: SuppressionKind?
    /// Contacts with a greater id only.
    package var after: ContactID
    package var limit: Int
    package init(scope: ClientScope, kind: SuppressionKind?, after: ContactID, limit: Int) {
        self.scope = scope
        self.kind = kind
        self.after = after
        self.limit = limit
    }
}

package struct SuppressionPage: RPCPayload, Codable, Equatable {
    package var suppressions: [Suppression]
    /// Pass as `after` for the next page; nil at the end.
    package var next: ContactID?
    package init(suppressions: [Suppression], next: ContactID?) { self.suppressions = suppressions; self.next = next }
}

/// An address of the suppression list; empty `entries`: it is not on it.
package struct Suppression: RPCPayload, Codable, Equatable {
    package struct Entry: Codable, Equatable, Sendable {
        package var kind: SuppressionKind
        package var since: Timestamp
        /// Of the last change that put it there; empty when none was given.
        package var reason: String
        package init(kind: SuppressionKind, since: Timestamp, reason: String) {
            self.kind = kind
            self.since = since
            self.reason = reason
        }
    }

    package var contactID: ContactID?
    package var email: String
    package var entries: [Entry]
    package init(contactID: ContactID?, email: String, entries: [Entry]) {
        self.contactID = contactID
        self.email = email
        self.entries = entries
    }
}

/// Puts an address on an organization's suppression list; a new one becomes a contact without consent to anything.
///
/// Idempotent: the first time and reason stay. Failures: `email: required|invalid|erased`, `reason: required|too_long`.
package struct AddSuppression: RPCMethod, Codable {
    package static let name = "audience.addSuppression"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = Suppression
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var email: String
    package var kind: SuppressionKind
    package var reason: String
    package init(scope: ClientScope, email: String, kind: SuppressionKind, reason: String) {
        self.scope = scope
        self.email = email
        self.kind = kind
        self.reason = reason
    }
}

/// Takes an address off the suppression list.
///
/// Idempotent: an address that is not on it is success. Failures: `email: required|invalid|not_found`, `reason: required|too_long`.
package struct RemoveSuppression: RPCMethod, Codable {
    package static let name = "audience.removeSuppression"
    package static let isIdempotent = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = Suppression
    package typealias Failure = ValidationFailure
    package var scope: ClientScope
    package var email: String
    /// Nil: every kind.
    package var kind: SuppressionKind?
    package var reason: String
    package init(scope: ClientScope, email: String, kind: SuppressionKind?, reason: String) {
        self.scope = scope
        self.email = email
        self.kind = kind
        self.reason = reason
    }
}
