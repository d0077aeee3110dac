extension RPCMethodTable {
    /// The same methods with somebody who looks at every call that is begun.
    ///
    /// - Parameter ended: gets the method's name and the whole response object.
    package func observed(
        begun: @escaping @Sendable (_ name: String) -> Void,
        ended: @escaping @Sendable (_ name: String, _ answer: [UInt8]) -> Void
    ) -> RPCMethodTable {
        var table = self
        table.entries = entries.mapValues { $0.observed(begun: begun, ended: ended) }
        return table
    }
}

extension RPCMethodEntry {
    fileprivate func observed(
        begun: @escaping @Sendable (String) -> Void,
        ended: @escaping @Sendable (String, [UInt8]) -> Void
    ) -> RPCMethodEntry {
        RPCMethodEntry(self) { [name, answer] id, params, context, logger in
            begun(name)
            let answer = await answer(id, params, context, logger)
            ended(name, answer)
            return answer
        }
    }
}
