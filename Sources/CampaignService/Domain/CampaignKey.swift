/// The key by which a client names its campaign.
enum CampaignKey {
    /// 1 to 200 characters (scalars), none of them a control character, no space at either end.
    static func isValid(_ key: String) -> Bool {
        let scalars = key.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, scalars.count <= 200 else { return false }
        guard !first.properties.isWhitespace, !last.properties.isWhitespace else { return false }
        return scalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
