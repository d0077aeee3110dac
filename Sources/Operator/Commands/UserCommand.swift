import ArgumentParser
import Contracts
import ServiceRuntime

/// Staff users.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "user", abstract: "Staff users.", subcommands: [Create.self])

    /// Makes a staff user.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a staff user, or gives an existing one a new password and role.")

        @OptionGroup var services: ServiceOptions

        @Option(help: "The user's address.")
        var email: String

        @Option(help: "admin, editor or viewer.")
        var role = "admin"

        @Flag(help: "Read the password from standard input (its first line); the only way, so that it never stands in a command line.")
        var passwordStdin = false

        func run() async throws {
            guard passwordStdin else { throw ValidationError("--password-stdin is needed") }
            guard let password = readLine(strippingNewline: true), !password.isEmpty else {
                throw CommandFailure("standard input holds no password")
            }
            let user = try await services.call(.gateway, CreateUser(email: email, role: role, password: password))
            try services.show(user, ["\(user.email): \(user.created ? "created" : "updated") as \(user.role)"])
        }
    }
}
