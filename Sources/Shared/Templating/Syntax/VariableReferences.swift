/// Which variables a template takes from its context.
struct VariableReferences: Sendable {
    private(set) var roots: Set<String> = []
    private(set) var paths: Set<[String]> = []
    /// Whether a root's name is worked out at render time.
    private(set) var hasComputedRoot = false
    private var assigned: Set<String> = []
    private var loops: [[String]] = []

    mutating func read(_ path: VariablePath) {
        guard case .name(let root) = path.root else {
            hasComputedRoot = true
            return
        }
        guard !assigned.contains(root), !loops.contains(where: { $0.contains(root) }) else { return }
        roots.insert(root)
        var names = [root]
        steps: for step in path.steps {
            switch step {
            case .property(let name): names.append(name)
            case .key(.literal(.string(let name))): names.append(name)
            default: break steps
            }
        }
        paths.insert(names)
    }

    /// A name that `assign`, `capture` or a counter gave a value: from here on it is the template's own.
    mutating func assign(_ name: String) { assigned.insert(name) }

    mutating func enterLoop(_ names: [String]) { loops.append(names) }
    mutating func leaveLoop() { _ = loops.popLast() }
}
