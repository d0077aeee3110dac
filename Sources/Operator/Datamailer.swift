import ArgumentParser

/// The operator's command (DESIGN section 7).
@main
struct Datamailer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datamailer",
        abstract: "Runs and operates Datamailer.",
        subcommands: [
            UpCommand.self,
            MigrateCommand.self,
            ProvisionCommand.self,
            ClientCommand.self,
            KeyCommand.self,
            UserCommand.self,
            ContactsCommand.self,
            CampaignCommand.self,
            RenderCommand.self,
            QueueCommand.self,
            RPCCommand.self,
            VerifyCommand.self,
            DoctorCommand.self,
            TickCommand.self,
        ]
    )
}
