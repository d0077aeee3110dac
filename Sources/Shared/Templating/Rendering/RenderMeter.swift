/// Counts what a rendering costs and stops it at its limits.
struct RenderMeter {
    /// Steps between two looks at the clock.
    static let stepsPerCheck = 256

    private let limits: RenderLimits
    private let deadline: ContinuousClock.Instant
    private var iterations = 0
    private var memory = 0
    private var stepsToCheck = RenderMeter.stepsPerCheck

    init(_ limits: RenderLimits) {
        self.limits = limits
        deadline = .now.advanced(by: limits.time)
    }

    var outputBytes: Int { limits.outputBytes }

    /// Every node, filter and round is a step, and heavy values are many.
    mutating func step(_ weight: Int = 1) throws(Fault) {
        stepsToCheck -= weight
        guard stepsToCheck <= 0 else { return }
        stepsToCheck = Self.stepsPerCheck
        guard ContinuousClock.now < deadline else { throw Fault(.outOfTime, "The rendering takes longer than \(limits.time).") }
    }

    mutating func iterate() throws(Fault) {
        iterations += 1
        guard iterations <= limits.iterations else {
            throw Fault(.tooManyIterations, "The loops run more than \(limits.iterations) rounds.")
        }
        try step()
    }

    /// Takes bytes that a filter or a capture is about to build from the budget.
    mutating func charge(_ bytes: Int) throws(Fault) {
        let (sum, overflow) = memory.addingReportingOverflow(bytes)
        guard !overflow, sum <= limits.memoryBytes else {
            throw Fault(.outOfMemory, "The template builds more than \(limits.memoryBytes) bytes of text and lists.")
        }
        memory = sum
        try step(1 + bytes >> 10)
    }
}
