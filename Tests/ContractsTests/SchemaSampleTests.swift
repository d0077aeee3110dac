import Contracts
import JSON
import JSONRPC
import Testing

@Suite("Samples of calls that are written by hand alone")
struct SchemaSampleTests {
    private func members(_ value: JSONValue?) -> Int { value?.objectValue?.count ?? -1 }

    private func json(_ sample: some RPCPayload) throws -> JSONValue {
        var writer = JSONWriter()
        try sample.write(to: &writer)
        return try JSONValue.parse(writer.bytes)
    }

    private func properties(_ value: Any) -> Int { Mirror(reflecting: value).children.count }

    @Test("no member is left out of them, so that no schema misses one")
    func whole() throws {
        #expect(members(try json(PutListMember.schemaSample)) == properties(PutListMember.schemaSample))
        #expect(members(try json(StageListMembers.schemaSample)) == properties(StageListMembers.schemaSample))
        #expect(members(try json(UpsertListMembers.schemaSample)) == properties(UpsertListMembers.schemaSample))
        #expect(members(try json(ReconcileListMembers.schemaSample)) == properties(ReconcileListMembers.schemaSample))
        #expect(members(try json(SendTransactional.schemaSample)) == properties(SendTransactional.schemaSample))
        #expect(members(try json(SendTransactionalBatch.schemaSample)) == properties(SendTransactionalBatch.schemaSample))
        let message = SendTransactional.schemaSample.message
        #expect(members(try json(SendTransactional.schemaSample)["message"]) == properties(message))
        let put = PutListMember.schemaSample
        #expect(members(try json(put)["member"]) == properties(put.member))
        #expect(members(try json(put)["list"]) == properties(put.list))
    }
}
