import CLibPQ
import Synchronization

/// One statement of a batch, ready to send.
struct BatchItem: Sendable {
    let id: ObjectIdentifier
    let text: StatementText
    let bindings: PostgresBindings
    let isPreparable: Bool

    init<S: Statement>(_ statement: S) throws(PostgresError) {
        let sql = statement.sql
        id = ObjectIdentifier(S.self)
        isPreparable = S.isTextFixed
        text = try S.isTextFixed ? StatementText.of(S.self, sql) : StatementText.once(S.self, sql)
        bindings = sql.bindings
        guard text.matches(sql) else {
            throw PostgresError(statement: text.typeName, message: "the SQL text is not the same for every value of this type")
        }
        guard bindings.isSendable else { throw PostgresError(statement: text.typeName, message: "the parameters are too large") }
        StatementObserver.current?(text.typeName)
    }
}

private enum BatchCommand {
    case begin
    case prepare(BatchItem)
    case execute(BatchItem)
}

extension PostgresSession {
    /// One statement that is prepared already goes out alone; everything else is a batch.
    func run(_ item: BatchItem, begins: Bool, prepares: Bool) async throws -> PostgresResult {
        let prepares = prepares && item.isPreparable
        let isPrepared = prepares && !begins && state.withLock { $0.prepared[item.id] != nil }
        guard isPrepared else {
            guard let result = try await run(batch: [item], begins: begins, prepares: prepares).last else {
                throw PostgresError(statement: item.text.typeName, message: "the server gave no result")
            }
            return result
        }
        let results = try await named(item.text.typeName) {
            try await self.results { (state, handle) throws(PostgresError) in
                try state.leavePipeline(handle)
                try state.check(send(item, isPrepared: true, handle), handle)
                return 0
            }
        }
        guard let result = results.last else { throw PostgresError(statement: item.text.typeName, message: "the server gave no result") }
        guard let error = result.error else { return result }
        // The server no longer knows the statement, or the schema has left its plan behind: once more without a name, if that changes nothing.
        let isStale = error.sqlState == "26000" || error.sqlState == "0A000" && error.message.contains("cached plan")
        if isStale, discardAfterLease(), let result = try await run(batch: [item], begins: false, prepares: false).last { return result }
        throw error.inStatement(item.text.typeName)
    }

    /// Whether the connection is outside a transaction; it is closed when its user gives it back.
    private func discardAfterLease() -> Bool {
        state.withLock { state in
            state.mustClose = true
            return state.handle.map { PQtransactionStatus($0) == PQTRANS_IDLE } ?? false
        }
    }

    /// Statements in one round trip; without a transaction around them they are one by themselves.
    ///
    /// Their results in order.
    func run(batch items: [BatchItem], begins: Bool, prepares: Bool) async throws -> [PostgresResult] {
        var commands: [BatchCommand] = []
        let results = try await named(items.count == 1 ? items.first?.text.typeName : nil) {
            try await self.results { (state, handle) throws(PostgresError) in
                try state.enterPipeline(handle)
                commands = Self.commands(items, begins: begins, prepares: prepares, prepared: state.prepared)
                for command in commands { try state.check(send(command, prepares: prepares, handle), handle) }
                try state.check(PQpipelineSync(handle) == 1, handle)
                return 1
            }
        }
        var outputs: [PostgresResult] = []
        outputs.reserveCapacity(items.count)
        for (command, result) in zip(commands, results) {
            if let error = result.error { throw attributed(error, command) }
            switch command {
            case .begin: break
            case .prepare(let item): state.withLock { $0.prepared[item.id] = item.text }
            case .execute: outputs.append(result)
            }
        }
        guard outputs.count == items.count else { throw PostgresError.lost("the server gave too few results") }
        return outputs
    }

    private func named<Value>(_ name: String?, _ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let error as PostgresError { throw error.inStatement(name) }
    }

    private static func commands(
        _ items: [BatchItem],
        begins: Bool,
        prepares: Bool,
        prepared: [ObjectIdentifier: StatementText]
    ) -> [BatchCommand] {
        var commands: [BatchCommand] = begins ? [.begin] : []
        var fresh: Set<ObjectIdentifier> = []
        for item in items {
            if prepares, item.isPreparable, prepared[item.id] == nil, fresh.insert(item.id).inserted { commands.append(.prepare(item)) }
            commands.append(.execute(item))
        }
        return commands
    }

    private func send(_ command: BatchCommand, prepares: Bool, _ handle: OpaquePointer) -> Bool {
        switch command {
        case .begin: PQsendQueryParams(handle, "BEGIN", 0, nil, nil, nil, nil, 1) == 1
        case .prepare(let item): PQsendPrepare(handle, item.text.name, item.text.text, CInt(item.text.types.count), item.text.types) == 1
        case .execute(let item): send(item, isPrepared: prepares && item.isPreparable, handle)
        }
    }

    private func send(_ item: BatchItem, isPrepared: Bool, _ handle: OpaquePointer) -> Bool {
        let count = CInt(item.bindings.count)
        return item.bindings.withArrays { values, lengths, formats in
            isPrepared
                ? PQsendQueryPrepared(handle, item.text.name, count, values, lengths, formats, 1) == 1
                : PQsendQueryParams(handle, item.text.text, count, item.text.types, values, lengths, formats, 1) == 1
        }
    }

    private func attributed(_ error: PostgresError, _ command: BatchCommand) -> PostgresError {
        switch command {
        case .begin: error
        case .prepare(let item), .execute(let item): error.inStatement(item.text.typeName)
        }
    }
}

extension PostgresSession.State {
    func check(_ isSent: Bool, _ handle: OpaquePointer) throws(PostgresError) {
        guard !isSent else { return }
        throw PostgresError(message: String(cString: PQerrorMessage(handle)).split(separator: "\n").first.map(String.init) ?? "not sent")
    }

    func enterPipeline(_ handle: OpaquePointer) throws(PostgresError) {
        if PQpipelineStatus(handle) == PQ_PIPELINE_OFF { try check(PQenterPipelineMode(handle) == 1, handle) }
    }

    func leavePipeline(_ handle: OpaquePointer) throws(PostgresError) {
        if PQpipelineStatus(handle) != PQ_PIPELINE_OFF { try check(PQexitPipelineMode(handle) == 1, handle) }
    }
}
