import Contracts
import Cryptography
import JSON
import JSONRPC

/// Splits the members of a body, which may be longer than a call can carry, into pages that Audience keeps until the last one comes.
enum ListMemberPages {
    /// As JSON, in bytes: far below the limit of a call.
    static let maximumPage = 4 << 20

    /// The members of the last page, and what was kept before it.
    static func stage(
        _ fields: RequestFields,
        _ scope: AudienceScope,
        _ services: APIServices
    ) async throws -> (members: [ListMemberChange], staged: StagedListMembers?) {
        let items = fields.object["members"]?.arrayValue ?? []
        var page: [ListMemberChange] = []
        var size = 0
        var staged: StagedListMembers?
        for item in items {
            let object = item.objectValue ?? JSONObject()
            let member = RecipientListShapes.member(object, key: object["source_object_key"]?.stringValue ?? "")
            let memberSize = member.encodedSize
            if size + memberSize > maximumPage, !page.isEmpty {
                var upload = staged ?? StagedListMembers(upload: Hexadecimal.encode(SecureRandom.bytes(16)), pages: 0)
                _ = try await services.audience.answer(
                    StageListMembers(
                        organizationID: scope.organizationID,
                        upload: upload.upload,
                        sequence: upload.pages,
                        members: page
                    )
                )
                upload.pages += 1
                staged = upload
                page = []
                size = 0
            }
            page.append(member)
            size += memberSize
        }
        return (page, staged)
    }
}
