import CSV
import Model

/// The subscribers' CSV of listmonk: uuid, email, name, attributes, status and times.
///
/// Blocklisted subscribers are unsubscribed from everything, disabled ones from this client. A `subscription_status` column, where the file
/// has one, says who left the list or never confirmed; without it a subscriber who is enabled counts as subscribed.
struct ListmonkTranslation: RowTranslation {
    static let required = ["email", "status"]
    private static let own: Set<String> = ["email", "name", "attributes", "status", "subscription_status", "created_at", "updated_at", "uuid"]

    let columns: [String]
    private let header: CSVHeader
    private let others: [Int]

    init(header: CSVHeader) {
        self.header = header
        others = header.names.indices.filter { !Self.own.contains(header.names[$0]) }
        columns =
            [
                "email", "status", "verified", "verified_at", "global_unsubscribed", "unsubscribe_reason", "attributes", "name",
                "listmonk_uuid",
            ] + others.map { ForeignColumns.attribute(header.names[$0], prefix: "listmonk_") }
    }

    func translate(_ row: CSVRow) -> [String] {
        let state = cell(row, "status").lowercased()
        let list = cell(row, "subscription_status").lowercased()
        var status = ""
        var isBlocked = false
        switch state {
        case "enabled": status = list == "unsubscribed" ? "unsubscribed" : list == "unconfirmed" ? "" : "subscribed"
        case "disabled": status = "unsubscribed"
        case "blocklisted", "blacklisted":
            status = "unsubscribed"
            isBlocked = true
        // Refused by its row: nobody is subscribed by a guess.
        default: status = state.isEmpty ? "missing" : state
        }
        let isSubscribed = status == "subscribed"
        return [
            cell(row, "email"),
            status,
            isSubscribed ? "true" : "",
            isSubscribed ? ForeignColumns.time(cell(row, "created_at")) : "",
            isBlocked ? "true" : "",
            status == "unsubscribed" ? "listmonk: \(state == "enabled" ? list : state)" : "",
            cell(row, "attributes"),
            cell(row, "name"),
            cell(row, "uuid"),
        ] + others.map(row.string)
    }

    private func cell(_ row: CSVRow, _ name: String) -> String {
        guard let index = header.index(of: name), index < row.count else { return "" }
        return row.string(index)
    }
}
