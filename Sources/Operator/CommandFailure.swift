/// Why a command cannot do what it was asked; its text is for a person and goes to stderr.
struct CommandFailure: Error, CustomStringConvertible, Equatable {
    var description: String
    init(_ description: String) { self.description = description }
}
