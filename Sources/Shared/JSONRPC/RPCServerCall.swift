import NIOCore

/// A call in flight on a connection.
struct RPCServerCall {
    var id: ArraySlice<UInt8>?
    var isRead: Bool
    var deadline: NIODeadline
    var task: Task<Void, Never>?
    var batch: RPCBatchCollector?
    /// Answered before its handler ended (cancelled, or past its deadline); what the handler brings is dropped.
    var isAnswered = false
}

/// Gathers the answers of one batch.
///
/// Lives on the connection's event loop.
final class RPCBatchCollector {
    private var answers: [[UInt8]] = []
    private var bytes = 2
    private var missing: Int
    private let maximumBytes: Int

    init(count: Int, maximumBytes: Int) {
        missing = count
        self.maximumBytes = maximumBytes
    }

    /// Takes the answer to one element (nil for a notification) and returns true when it was the last.
    func add(_ answer: [UInt8]?, id: ArraySlice<UInt8>?) -> Bool {
        if var answer {
            if bytes + answer.count + 1 > maximumBytes {
                answer = RPCAnswer.error(.answerTooLong, id: id ?? RPCRequestParser.null, ["reason": "the batch's answers exceed a line"])
            }
            bytes += answer.count + 1
            answers.append(answer)
        }
        missing -= 1
        return missing == 0
    }

    var line: [UInt8]? { RPCAnswer.batch(answers) }
}
