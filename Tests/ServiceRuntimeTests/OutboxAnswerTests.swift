import Contracts
import JSON
import JSONRPC
@testable import ServiceRuntime
import Testing

@Suite("What an outbox makes of an answer")
struct OutboxAnswerTests {
    @Test(
        "only what the destination understood and refused counts as refusal",
        arguments: [
            (-32602, "refused"), (-32601, "refused"), (-32600, "refused"), (-32000, "refused"), (-32009, "refused"),
            (1, "declined"), (4_711, "declined"), (-32603, "failed"),
            (-32005, "away"), (-32006, "away"), (-32010, "away"), (-32002, "away"),
        ]
    )
    func codes(code: Int, expected: String) {
        let answer = OutboxAnswer(result: nil, error: ArraySlice(#"{"code":\#(code),"message":"m"}"#.utf8))
        let kind =
            switch answer {
            case .done: "done"
            case .declined: "declined"
            case .refused: "refused"
            case .failed: "failed"
            case .away: "away"
            }
        #expect(kind == expected)
    }

    @Test("a declared failure is told with what it says, over the wire and in the process")
    func detail() {
        let expected = OutboxAnswer.declined(#"declared failure validation {"fields":{"from_email":"not_configured"}}"#)
        let wire = #"{"code":1,"message":"validation","data":{"kind":"validation","failure":{"fields":{"from_email":"not_configured"}}}}"#
        #expect(OutboxAnswer(result: nil, error: ArraySlice(wire.utf8)) == expected)
        #expect(OutboxAnswer(RPCCallError<ValidationFailure>.failed(.field("from_email", "not_configured"))) == expected)
    }

    @Test("a result is kept as text; an answer that is neither is a failure")
    func raw() {
        #expect(OutboxAnswer(result: ArraySlice("{\"a\":1}".utf8), error: nil) == .done("{\"a\":1}"))
        #expect(OutboxAnswer(result: nil, error: ArraySlice("nonsense".utf8)) == .failed("the answer has neither a result nor an error"))
        #expect(OutboxAnswer(result: nil, error: nil) == .failed("the answer has neither a result nor an error"))
    }

    @Test("the key joins the parameters", arguments: [("{}", []), (#"{"a":1,"b":[2]}"#, ["a", "b"])])
    func params(text: String, members: [String]) throws {
        let value = try JSONValue.parse(OutboxParams.adding(idempotencyKey: "campaign:7", to: text))
        #expect(value["_meta"]?["idempotencyKey"]?.stringValue == "campaign:7")
        #expect(value.objectValue?.keys == ["_meta"] + members)
    }

    @Test("a new item at the head starts with a clean record")
    func head() {
        var (limits, head) = (OutboxPusher.Limits(), HeadItem())
        limits.refusals = 2
        limits.failures = 3
        let steps: [(OutboxAnswer, Int64)] = [
            (.refused("x"), 1), (.refused("x"), 2), (.away("x"), 2), (.refused("x"), 2), (.failed("x"), 3), (.failed("x"), 3),
            (.failed("x"), 3), (.declined("x"), 4),
        ]
        let isDead = steps.map { head.note($0, of: $1, limits: limits) }
        #expect(isDead == [false, false, false, true, false, false, true, true])
    }
}
