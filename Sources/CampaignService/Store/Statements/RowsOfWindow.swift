import Contracts
import Model
import Postgres

/// Rows that a call of the same name took a moment ago: its answer was lost, or it is being given at this moment.
///
/// The name is another one for each window, so nobody else can hold these rows; attempt and deadline stay as they are. After
/// ``ClaimRecipients/repetitionSeconds`` the rows are left to their deadline: what Audience said then would be old news (I3), and too little
/// time would be left to send them.
struct RowsOfWindow: Statement {
    static let sample = Self(
        ClaimRecipients(campaignID: CampaignID(1), batchID: BatchID(1), recipientIDs: [1], worker: ""),
        [1]
    )
    var campaignID: CampaignID
    var batchID: BatchID
    var worker: String
    var recipientIDs: [Int64]

    init(_ request: ClaimRecipients, _ recipientIDs: [Int64]) {
        campaignID = request.campaignID
        batchID = request.batchID
        worker = request.worker
        self.recipientIDs = recipientIDs
    }

    var sql: SQL {
        """
        SELECT recipients.id, recipients.attempt, recipients.contact_id, recipients.email, recipients.merge_fields
        FROM campaign.recipients
        WHERE recipients.id = ANY(\(recipientIDs))
            AND recipients.batch_id = \(batchID)
            AND recipients.campaign_id = \(campaignID)
            AND recipients.state = 1
            AND recipients.worker = \(worker)
            AND recipients.attempt_deadline > clock_timestamp() + (45 - \(ClaimRecipients.repetitionSeconds)) * interval '1 second'
        ORDER BY recipients.id
        """
    }

    func decode(_ row: Row) throws -> ClaimRows.Output {
        ClaimRows.Output(
            fate: .claimed,
            id: try row.decode("id"),
            attempt: Int64(try row.decode("attempt", as: Int32.self)),
            contactID: try row.decode("contact_id"),
            email: try row.decode("email"),
            mergeFields: try row.decode("merge_fields"),
            seconds: 0,
            isBatchDone: false
        )
    }
}
