import CLibCurl
import Synchronization

/// One submission on its way through libcurl.
final class SMTPTransfer: @unchecked Sendable {
    // Sendable: made by the sender and then touched by the one thread that performs it, but for `isCancelled`, which is atomic.
    let submission: SMTPSubmission
    let server: SMTPServer
    private let isCancelled = Atomic(false)

    private var offset = 0
    /// Whether libcurl was told that the message ends: the final dot follows at once.
    private var isMessageComplete = false
    private var attempts = 0
    private var isQuitting = false
    /// The beginning of the last command that was sent.
    private var command = ""
    /// The last line of the last whole reply, and of the reply to the final dot.
    private var lastReply: String?
    private var finalReply: String?

    init(_ submission: SMTPSubmission, _ server: SMTPServer) {
        self.submission = submission
        self.server = server
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// Submits on the calling thread, which waits.
    func perform(on handle: UnsafeMutableRawPointer) -> SMTPOutcome {
        guard !isCancelled.load(ordering: .relaxed) else { return .notSent(reason: "cancelled") }
        var recipients: UnsafeMutablePointer<curl_slist>?
        for address in [submission.recipient] + submission.copies { recipients = curl_slist_append(recipients, address) }
        defer {
            curl_easy_reset(handle)
            curl_slist_free_all(recipients)
        }
        var options = EasyOptions(handle)
        setOptions(&options, recipients)
        setCallbacks(&options)
        if let failure = options.failure { return .notSent(reason: String(cString: curl_easy_strerror(failure))) }
        return outcome(curl_easy_perform(handle))
    }

    private func outcome(_ code: CURLcode) -> SMTPOutcome {
        let reason = isCancelled.load(ordering: .relaxed) ? "cancelled" : String(cString: curl_easy_strerror(code))
        if isMessageComplete {
            guard let finalReply else { return .ambiguous(reason: reason) }
            if let refusal = Self.refusal(finalReply, .message) { return .refused(refusal) }
            return finalReply.hasPrefix("2") ? .accepted(reply: finalReply) : .ambiguous(reason: "unexpected reply: \(finalReply)")
        }
        if let lastReply, let refusal = Self.refusal(lastReply, stage) { return .refused(refusal) }
        return .notSent(reason: reason)
    }

    private var stage: SMTPRefusal.Stage {
        switch command {
        case "MAIL ": .sender
        case "RCPT ": .recipient
        case "DATA\r\n": .message
        default: .connection
        }
    }

    private static func refusal(_ reply: String, _ stage: SMTPRefusal.Stage) -> SMTPRefusal? {
        guard let code = Int(reply.prefix(3)), (400...599).contains(code) else { return nil }
        return SMTPRefusal(stage: stage, code: code, message: String(reply.dropFirst(4)))
    }
}

extension SMTPTransfer {
    static func from(_ context: UnsafeMutableRawPointer?) -> SMTPTransfer? {
        context.map { Unmanaged<SMTPTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Whether waiting is over.
    ///
    /// libcurl asks about once a second, also while it waits for the reply to QUIT, which nobody needs.
    var mustStop: Bool { isQuitting || isCancelled.load(ordering: .relaxed) }

    /// Stops libcurl from beginning again on another connection.
    func mayAttempt() -> Bool {
        attempts += 1
        return attempts == 1
    }

    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, submission.message.count - offset)
        guard count > 0 else {
            isMessageComplete = true
            return 0
        }
        submission.message.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<(offset + count)])) }
        offset += count
        return count
    }

    func sent(_ start: UnsafeRawBufferPointer) {
        // Ending the connection belongs to the submission no more, and its reply is to nothing of ours.
        isQuitting = isQuitting || start.starts(with: "QUIT".utf8)
        guard !isQuitting else { return }
        // With what follows the verb, which no line of an AUTH exchange can have; nothing more, for it may be secret.
        let line = start.starts(with: "DATA".utf8) ? start.prefix(6) : start.prefix(5)
        command = String(decoding: line, as: UTF8.self)
    }

    func received(_ text: String) {
        guard !isQuitting else { return }
        let line = text.trimmingSuffix(while: \.isNewline)
        // A hyphen behind the code says that more lines follow.
        guard line.utf8.count >= 3, line.utf8.dropFirst(3).first != UInt8(ascii: "-") else { return }
        lastReply = line
        if isMessageComplete, finalReply == nil { finalReply = line }
    }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var rest = self[...]
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return String(rest)
    }
}
