extension LoopState {
    /// A property of `forloop` or `tablerowloop`; nil for a name it does not have.
    func property(_ name: String, dialect: TemplateDialect) -> Value? {
        switch name {
        case "length": return .integer(length)
        case "index": return .integer(index + 1)
        case "index0": return .integer(index)
        case "rindex": return .integer(length - index)
        case "rindex0": return .integer(length - index - 1)
        case "first": return .bool(index == 0)
        case "last": return .bool(index == length - 1)
        default: break
        }
        if dialect == .standard, let value = djangoProperty(name) { return value }
        return self.name == nil ? tableProperty(name) : loopProperty(name)
    }

    private func loopProperty(_ name: String) -> Value? {
        switch name {
        case "name": self.name.map(Value.string)
        case "parentloop": parent
        default: nil
        }
    }

    private func tableProperty(_ name: String) -> Value? {
        switch name {
        case "col": .integer(column)
        case "col0": .integer(column - 1)
        case "col_first": .bool(column == 1)
        case "col_last": .bool(column == columns)
        case "row": .integer(row)
        default: nil
        }
    }

    private func djangoProperty(_ name: String) -> Value? {
        switch name {
        case "counter": .integer(index + 1)
        case "counter0": .integer(index)
        case "revcounter": .integer(length - index)
        case "revcounter0": .integer(length - index - 1)
        default: nil
        }
    }

    /// Goes to the next cell of a table.
    mutating func advanceCell() {
        index += 1
        if column == columns {
            column = 1
            row += 1
        } else {
            column += 1
        }
    }
}
