/// What one compilation may cost.
package struct CompileLimits: Sendable {
    /// Bytes of source, all segments together.
    package var sourceBytes: Int
    /// Tags, outputs, texts, filters and path segments together.
    package var nodes: Int
    /// Blocks within blocks, and brackets within brackets.
    package var nesting: Int

    package init(sourceBytes: Int = 1 << 20, nodes: Int = 200_000, nesting: Int = 64) {
        self.sourceBytes = sourceBytes
        self.nodes = nodes
        self.nesting = min(nesting, 200)
    }
}

/// What one rendering may cost; each limit has its own error kind.
package struct RenderLimits: Sendable {
    /// Bytes written.
    package var outputBytes: Int
    /// Rounds of all `for` and `tablerow` loops together.
    package var iterations: Int
    /// Bytes of strings and lists built by filters and captures, all together over the rendering.
    package var memoryBytes: Int
    /// Wall-clock time by the monotonic clock, looked at every few hundred steps.
    package var time: Duration

    package init(
        outputBytes: Int = 1 << 20,
        iterations: Int = 100_000,
        memoryBytes: Int = 16 << 20,
        time: Duration = .seconds(1)
    ) {
        self.outputBytes = outputBytes
        self.iterations = iterations
        self.memoryBytes = memoryBytes
        self.time = time
    }
}
