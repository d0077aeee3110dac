import ArgumentParser
import Contracts
import JSON
import ServiceRuntime

/// Contacts.
struct ContactsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "contacts", abstract: "Contacts.", subcommands: [Import.self])

    /// Imports a CSV file.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Imports a CSV file, or another program's export; the good rows go in, each bad one is named with its line and reason.",
            discussion: """
                Running the same file again changes nothing and says when it was imported; --again applies it anew. An import that was
                interrupted goes on where it stopped.
                Exit status 0 means that the import ran, also when it refused rows.
                """
        )

        @OptionGroup var services: ServiceOptions
        @OptionGroup var client: ClientOptions

        @Argument(help: "The file; its first record names the columns.", completion: .file(extensions: ["csv", "zip"]))
        var file: String

        @Option(help: "Slug of the audience.")
        var audience: String

        @Option(
            help: """
                Whose export the file is: csv, mailchimp (the ZIP of an audience's export, or one CSV of it under its own name) or listmonk \
                (the CSV of subscribers). Who unsubscribed or was cleaned there is not mailed here.
                """
        )
        var format = ImportFileFormat.csv

        @Option(help: "utf-8, latin-1 or windows-1252.")
        var encoding = "utf-8"

        @Flag(help: "Say what would happen and change nothing.")
        var dryRun = false

        @Flag(help: "Apply a file anew that was imported before.")
        var again = false

        @Option(help: "How many refused rows are listed.")
        var showFaults = 20

        @Option(help: "Write every refused row into this file: line, email, field, reason, and the reason in words.", completion: .file())
        var faults: String?

        func validate() throws {
            guard showFaults >= 0 else { throw ValidationError("--show-faults: a number from 0") }
        }

        func run() async throws {
            let identity = try await client.resolve(services)
            let found = try await services.call(.audience, ResolveAudience(organizationID: identity.organizationID, slug: audience))
            let scope = AudienceScope(organizationID: identity.organizationID, clientID: identity.clientID, audienceID: found.audienceID)
            let input = try ImportFile(path: Paths.absolute(file))
            let parts = try ImportPart.parts(of: input, format: format, encoding: encoding)
            let rows = try faults.map { try RefusedRowsFile(path: Paths.absolute($0), of: input, namesSource: parts.count > 1) }
            do {
                let report = try await report(parts, scope, rows)
                try rows?.finish()
                try report.show(services, showing: showFaults)
            } catch {
                rows?.abandon()
                throw error
            }
        }

        private func report(_ parts: [ImportPart], _ scope: AudienceScope, _ rows: RefusedRowsFile?) async throws -> ImportReport {
            var report = ImportReport()
            let kept = max(RefusedRows.usuallyKept, showFaults)
            for part in parts {
                let progress = ImportProgress(total: part.input.size, isShown: Terminal.isInteractive && !services.json)
                let run = ImportRun(
                    services: services,
                    scope: scope,
                    dryRun: dryRun,
                    isAgain: again,
                    progress: progress,
                    refusedRows: RefusedRows(keeping: kept, file: rows, title: part.input.title)
                )
                report.add(try await run.run(part), title: part.input.title)
                progress.finish()
            }
            return report
        }
    }
}
