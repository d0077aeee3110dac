import Contracts

/// A progress bar on stderr, for a person.
struct ImportProgress {
    let total: Int
    let isShown: Bool

    func show(bytes: Int, counts: ImportCounts?) {
        guard isShown, total > 0 else { return }
        let done = min(30, bytes * 30 / total)
        let bar = String(repeating: "#", count: done) + String(repeating: "-", count: 30 - done)
        Terminal.progress("[\(bar)] \(bytes * 100 / total) %  \(counts?.total ?? 0) rows, \(counts?.invalid ?? 0) refused")
    }

    func finish() {
        if isShown { Terminal.progress("") }
    }
}
