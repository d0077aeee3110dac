import JSON
import JSONRPC
import Model

/// Which of a client's contacts are listed or exported; nil does not ask.
package struct ContactFilter: Codable, Sendable, Equatable {
    package enum Suppression: String, Codable, Sendable, CaseIterable {
        case none, any
        case globalUnsubscribed = "global_unsubscribed"
        case hardBounced = "hard_bounced"
        case complained
    }

    /// Slugs; a contact must have all of them.
    package var tags: [String] = []
    package var status: SubscriptionStatus?
    /// Of the contact or of the client's subscription.
    package var verified: Bool?
    package var validationStatus: EmailValidationStatus?
    package var suppression: Suppression?
    package var updatedSince: Timestamp?
    package init() {}
}

/// One page of the contacts that have a subscription of the client in the audience, in the order of their ids.
///
/// A page ends early when its attributes are large: only `next` says whether more follow. Changes nothing. Failures: `audience|client: not_found`,
/// `limit: must_be_between_1_and_500`.
package struct ListContacts: RPCMethod, Codable {
    package static let name = "audience.listContacts"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ContactPage
    package typealias Failure = ValidationFailure
    package static let maximumLimit = 500
    package var scope: AudienceScope
    package var filter: ContactFilter
    /// Contacts with a greater id only.
    package var after: ContactID
    package var limit: Int
    package init(scope: AudienceScope, filter: ContactFilter, after: ContactID, limit: Int) {
        self.scope = scope
        self.filter = filter
        self.after = after
        self.limit = limit
    }
}

package struct ContactPage: RPCPayload, Codable, Equatable {
    package var contacts: [ContactStatus]
    /// Pass as `after` for the next page; nil at the end.
    package var next: ContactID?
    package init(contacts: [ContactStatus], next: ContactID?) { self.contacts = contacts; self.next = next }

    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.key("contacts")
        writer.beginArray()
        for contact in contacts { try contact.write(to: &writer) }
        writer.endArray()
        if let next { writer.member("next", next.rawValue) }
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ContactPage {
        var reader = JSONReader(json)
        var page = ContactPage(contacts: [], next: nil)
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "contacts": try reader.array { page.contacts.append(try ContactStatus(from: &$0)) }
            case "next": page.next = try reader.takeNull() ? nil : ContactID(try reader.integer())
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["contacts"])
        return page
    }
}

/// One page of the same contacts as lines of a CSV, made by the database: the columns of ``ContactCSV``, formulas guarded.
///
/// Changes nothing. At most ``maximumLimit`` contacts, and no more than about 8 MiB of text. Failures as of ``ListContacts``.
package struct ExportContacts: RPCMethod, Codable {
    package static let name = "audience.exportContacts"
    package static let isRead = true
    package static let callers: Set<RPCPeer> = [.gateway, .operator]
    package typealias Result = ContactCSVPage
    package typealias Failure = ValidationFailure
    package static let maximumLimit = 10_000
    package var scope: AudienceScope
    package var filter: ContactFilter
    /// Contacts with a greater id only.
    package var after: ContactID
    package var limit: Int
    package init(scope: AudienceScope, filter: ContactFilter, after: ContactID, limit: Int) {
        self.scope = scope
        self.filter = filter
        self.after = after
        self.limit = limit
    }
}

/// The columns of an export, which an import takes back.
package enum ContactCSV {
    package static let columns = [
        "email", "audience", "client", "tags", "subscription_status", "verified", "verified_at", "email_validation_status",
        "email_validation_reason", "email_validated_at", "global_unsubscribed", "hard_bounced", "complained", "unsubscribed",
        "unsubscribed_at", "unsubscribe_reason", "updated_at", "attributes",
    ]
}

package struct ContactCSVPage: RPCPayload, Codable, Equatable {
    /// Whole lines, each ended by CRLF, without the header.
    package var csv: String
    /// Pass as `after` for the next page; nil at the end.
    package var next: ContactID?
    package init(csv: String, next: ContactID?) { self.csv = csv; self.next = next }

    package func write(to writer: inout JSONWriter) throws {
        writer.beginObject()
        writer.member("csv", csv)
        if let next { writer.member("next", next.rawValue) }
        writer.endObject()
    }

    package static func read(_ json: ArraySlice<UInt8>) throws -> ContactCSVPage {
        var reader = JSONReader(json)
        var page = ContactCSVPage(csv: "", next: nil)
        var fields = RequiredFields()
        try reader.object { key, reader in
            fields.insert(key)
            switch key {
            case "csv": page.csv = try reader.string()
            case "next": page.next = try reader.takeNull() ? nil : ContactID(try reader.integer())
            default: try reader.skip()
            }
        }
        try reader.end()
        try fields.require(["csv"])
        return page
    }
}
