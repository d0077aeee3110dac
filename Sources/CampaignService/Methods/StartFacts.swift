import Contracts
import JSON
import JSONRPC
import Model

/// What Audience says about a campaign before it is started, asked before its row is locked: nobody waits for Audience with a row held.
struct StartFacts: Sendable {
    var senders: ClientSenders
    /// JSON text of the rules of the campaign's segment.
    var segmentRules: String?
    /// What of the selection does not exist.
    var fields: [String: String] = [:]
    private let segmentKey: String
    private let recipientListKey: String

    init(senders: ClientSenders, campaign: Campaign) {
        self.senders = senders
        segmentKey = campaign.segmentKey
        recipientListKey = campaign.recipientListKey
    }

    /// False when the campaign has been edited meanwhile.
    func isAbout(_ campaign: Campaign) -> Bool {
        campaign.segmentKey == segmentKey && campaign.recipientListKey == recipientListKey
    }
}

extension CampaignHandlers {
    func startFacts(of stored: StoredCampaign) async throws -> StartFacts {
        let campaign = stored.campaign
        var facts = StartFacts(senders: try await ask(GetSenders(scope: stored.scope)), campaign: campaign)
        if !campaign.segmentKey.isEmpty {
            do throws(RPCCallError<ValidationFailure>) {
                facts.segmentRules = try await audience.call(GetSegment(scope: stored.audienceScope, key: campaign.segmentKey)).rules.text
            } catch {
                try note(error, "segment_key", &facts)
            }
        }
        if !campaign.recipientListKey.isEmpty {
            do throws(RPCCallError<ValidationFailure>) {
                _ = try await audience.call(listProbe(stored))
            } catch {
                try note(error, "recipient_list_key", &facts)
            }
        }
        return facts
    }

    /// The smallest question that only a list which exists can answer.
    private func listProbe(_ stored: StoredCampaign) -> CampaignCandidates {
        CampaignCandidates(
            scope: stored.audienceScope,
            includeTags: [],
            excludeTags: [],
            categoryTag: "",
            after: ContactID(0),
            limit: 1,
            attributeNames: [],
            recipientListKey: stored.campaign.recipientListKey
        )
    }

    /// A selection that does not exist is the client's fault; everything else is not.
    private func note(_ error: RPCCallError<ValidationFailure>, _ field: String, _ facts: inout StartFacts) throws {
        switch error {
        case .failed: facts.fields[field] = "not_found"
        case .unavailable, .timedOut: throw AudienceUnavailable()
        case .cancelled, .refused, .protocolViolation: throw error
        }
    }
}
