import Contracts
import Email
import JSON
import JSONRPC
import Model
import Postgres
import ServiceRuntime

/// Carries a group of requests to their answers: one look-up, one question to Audience, one insert.
struct AcceptGroup: Sendable {
    typealias Answer = Result<TransactionalReceipt, any Error>

    /// Neither stored nor found again: the key vanished between two statements.
    struct Vanished: Error {}

    let database: PostgresPool
    let audience: any RPCCaller
    let templates: TemplateCache
    let accepted: @Sendable () -> Void

    func run(_ sends: [PendingSend]) async -> [Answer] {
        do {
            return try await answers(sends)
        } catch let error as PostgresError where !error.isUnavailable && sends.count > 1 {
            // What the database refuses of one message must not hit the others.
            var answers: [Answer] = []
            for send in sends { answers += await run([send]) }
            return answers
        } catch {
            return sends.map { _ in .failure(error) }
        }
    }

    private func answers(_ sends: [PendingSend]) async throws -> [Answer] {
        var sends = sends
        var answers = [Answer?](repeating: nil, count: sends.count)
        for (index, found) in try await database.run(LookUpSends(sends)).enumerated() {
            if let existing = found.existing { answers[index] = Self.replay(sends[index], existing) }
            sends[index].template = found.template
        }
        try await render(&sends, open: sends.indices.filter { answers[$0] == nil })
        try await ask(&sends, about: sends.indices.filter { answers[$0] == nil && sends[$0].email != nil })
        for index in sends.indices where answers[index] == nil {
            if !sends[index].faults.fields.isEmpty {
                answers[index] = .failure(sends[index].faults)
            } else if sends[index].dryRun {
                answers[index] = .success(Self.dryRun(sends[index]))
            }
        }
        try await store(sends, &answers)
        return answers.map { $0 ?? .failure(Vanished()) }
    }

    /// The same request again is answered with the first one's message, another request with the same key is a fault.
    private static func replay(_ send: PendingSend, _ existing: StoredSend) -> Answer {
        if let asked = send.bodyHash, let stored = existing.bodyHash, asked != stored {
            return .failure(ValidationFailure.field("idempotency_key", "body_mismatch"))
        }
        return .success(existing.receipt)
    }

    private static func dryRun(_ send: PendingSend) -> TransactionalReceipt {
        var receipt = send.receipt(id: nil, createdAt: nil)
        receipt.rendered = send.rendered
        return receipt
    }

    // MARK: - Template

    private func render(_ sends: inout [PendingSend], open: [Int]) async throws {
        let compiled = try await templates.compiled(Set(open.compactMap { sends[$0].template?.versionID }))
        for index in open {
            guard let template = sends[index].template, let ready = compiled[template.versionID] else {
                if sends[index].faults.fields["template_key"] == nil { sends[index].faults.fields["template_key"] = "not_found" }
                continue
            }
            if !template.isActive { sends[index].faults.fields["template_key"] = "inactive" }
            guard let context = sends[index].send.context.objectValue else { continue }
            let missing = ready.missing(in: context)
            for field in missing { sends[index].faults.fields[field] = "required" }
            guard missing.isEmpty else { continue }
            do {
                sends[index].rendered = try ready.render(context)
            } catch {
                sends[index].faults.fields.merge(error.fields) { first, _ in first }
                sends[index].faults.details = error.details
            }
        }
    }

    // MARK: - Audience

    /// Contacts are made only for messages that have no fault by now.
    private func ask(_ sends: inout [PendingSend], about open: [Int]) async throws {
        guard !open.isEmpty else { return }
        var request = PrepareTransactional()
        for index in open {
            let send = sends[index]
            let email = send.email
            request.organizationIDs.append(send.scope.organizationID.rawValue)
            request.clientIDs.append(send.scope.clientID.rawValue)
            request.emails.append(email?.normalized ?? "")
            request.originals.append(email?.original == email?.normalized ? "" : email?.original ?? "")
            request.senderIDs.append(send.send.senderID ?? send.template?.defaultSenderID ?? "")
            request.audienceIDs.append(send.send.audienceID?.rawValue ?? 0)
            request.categoryTags.append(send.send.categoryTag)
            request.creates.append(!send.dryRun && send.faults.fields.isEmpty)
        }
        let prepared = try await audience.call(request)
        guard prepared.contactIDs.count == open.count, prepared.senders.count == open.count, prepared.refusals.count == open.count,
            prepared.senderIDs.count == open.count
        else { throw Vanished() }
        for (position, index) in open.enumerated() {
            sends[index].contactID = prepared.contactIDs[position]
            sends[index].senderID = prepared.senderIDs[position]
            sends[index].sender = prepared.senders[position]
            if prepared.senders[position].isEmpty { sends[index].faults.fields["from_email"] = "not_configured" }
            let refusal = prepared.refusals[position]
            if refusal == "erased" {
                sends[index].faults.fields["email"] = "erased"
            } else if !refusal.isEmpty {
                sends[index].refusal = SkipReason(rawValue: refusal) ?? .suppressed
            }
        }
    }

    // MARK: - Storing

    private func store(_ sends: [PendingSend], _ answers: inout [Answer?]) async throws {
        var open = sends.indices.filter { answers[$0] == nil }
        guard !open.isEmpty else { return }
        let insert = InsertMessages(open.map { sends[$0] })
        let stored = try await database.transaction { transaction in
            try await transaction.execute(ErasureLock.Share(schema: "delivery"))
            return try await transaction.run(insert)
        }
        var rows = Dictionary(stored.map { (Key($0.clientID, $0.idempotencyKey), $0) }, uniquingKeysWith: { first, _ in first })
        for index in open {
            let send = sends[index]
            guard let row = rows.removeValue(forKey: Key(send.scope.clientID.rawValue, send.idempotencyKey)) else { continue }
            answers[index] = .success(send.receipt(id: row.id, createdAt: row.createdAt))
        }
        if !stored.isEmpty { accepted() }
        open.removeAll { answers[$0] != nil }
        guard !open.isEmpty else { return }
        // Somebody else came first with the same key, and has committed by now.
        for (index, found) in zip(open, try await database.run(LookUpSends(open.map { sends[$0] }))) {
            if let existing = found.existing { answers[index] = Self.replay(sends[index], existing) }
        }
        open.removeAll { answers[$0] != nil }
        guard !open.isEmpty else { return }
        // Or the person was erased after Audience had said that they may be mailed.
        let asked = ErasedAmong(organizationIDs: open.map { sends[$0].scope.organizationID.rawValue }, contactIDs: open.map { sends[$0].contactID })
        let erased = Set(try await database.run(asked))
        for index in open where erased.contains(sends[index].contactID) {
            answers[index] = .failure(ValidationFailure.field("email", "erased"))
        }
    }

    private struct Key: Hashable {
        let clientID: Int64
        let key: String
        init(_ clientID: Int64, _ key: String) { self.clientID = clientID; self.key = key }
    }
}
