import Contracts
import Foundation
import Model
import ServiceRuntime

/// The demonstration of `datamailer up --demo`: a CSV, a campaign, recipients who read it, and the numbers.
///
/// It uses nothing but what everybody can use: the operator's commands and the public links. Running it again on the same state imports the
/// same file (which changes nothing) and sends one campaign more.
struct Demo: Sendable {
    static let organization = "demo"
    static let audience = "main"
    static let client = "demo"

    let services: ServiceOptions
    let state: StateDirectory
    let url: String

    /// What the demonstration showed, for people and programs.
    struct Outcome: Sendable {
        var importSummary: ImportSummary
        var campaign: Campaign
        var visits: DemoReaders.Visits
        var mismatches: [String]
        var seconds: Double
    }

    func run() async throws -> Outcome {
        let started = ContinuousClock.now
        say("1/5 provisioning organization \(Self.organization), audience \(Self.audience), client \(Self.client)")
        let provisioned = try await provision()
        say("2/5 importing 1,000 contacts from \(contactsFile)")
        let summary = try await importContacts(provisioned)
        for line in summary.lines(showing: 10) { say("      " + line) }
        let before = try CapturedMail.files(in: state.capture).count
        say("3/5 sending a personalised campaign; each message becomes a file in \(state.capture)")
        let address = try await send(provisioned)
        say("4/5 recipients open, click and unsubscribe through \(url)")
        let readers = DemoReaders(capture: state.capture, url: url)
        let visits = try await readers.visit(after: before)
        say("5/5 waiting for the numbers")
        let campaign = try await settled(address, visits)
        let mismatches = try await verify()
        return Outcome(
            importSummary: summary,
            campaign: campaign,
            visits: visits,
            mismatches: mismatches,
            seconds: Double(started.duration(to: .now).components.seconds)
        )
    }

    private var contactsFile: String { state.path + "/demo-contacts.csv" }

    private func say(_ text: String) { Terminal.errorLine("demo: " + text) }

    private func provision() async throws -> Provisioned {
        try await services.call(
            .audience,
            Provision(
                organization: Self.organization,
                audience: Self.audience,
                client: Self.client,
                senders: [Sender(id: "news", email: "Datamailer Demo <news@demo.example>")],
                keyName: nil
            )
        )
    }

    private func importContacts(_ provisioned: Provisioned) async throws -> ImportSummary {
        try Data(DemoContacts.csv(count: 1_000).utf8).write(to: URL(fileURLWithPath: contactsFile))
        let run = ImportRun(
            services: services,
            scope: AudienceScope(
                organizationID: provisioned.client.organizationID,
                clientID: provisioned.client.clientID,
                audienceID: provisioned.audienceID
            ),
            dryRun: false,
            isAgain: true,
            progress: ImportProgress(total: 0, isShown: false)
        )
        return try await run.run(.csv(try ImportFile(path: contactsFile)))
    }

    private func send(_ provisioned: Provisioned) async throws -> CampaignAddress {
        let key = "demo-" + String(Timestamp.now().microseconds / 1_000_000, radix: 36)
        let address = CampaignAddress(scope: provisioned.client.scope, externalKey: key)
        var change = CampaignChange()
        change.subject = DemoContent.subject
        change.previewText = DemoContent.previewText
        change.htmlBody = DemoContent.html
        change.includeTags = ["newsletter"]
        change.excludeTags = ["internal"]
        _ = try await services.call(
            .campaign,
            PutCampaign(
                address: address,
                audienceID: provisioned.audienceID,
                audienceSlug: Self.audience,
                clientSlug: Self.client,
                change: change
            )
        )
        _ = try await services.call(.campaign, QueueCampaign(address: address))
        try await waitUntil(seconds: 120, "the campaign is sent") {
            try await services.call(.campaign, GetCampaign(address: address)).campaign.status == .sent
        }
        return address
    }

    /// Counters follow events within seconds.
    private func settled(_ address: CampaignAddress, _ visits: DemoReaders.Visits) async throws -> Campaign {
        try await waitUntil(seconds: 30, "every visit is counted") {
            let numbers = try await services.call(.campaign, GetCampaign(address: address)).campaign.statistics
            return numbers.openCount >= visits.opens && numbers.clickCount >= visits.clicks && numbers.unsubscribeCount >= visits.unsubscribes
        }
        return try await services.call(.campaign, GetCampaign(address: address)).campaign
    }

    private func verify() async throws -> [String] {
        let inside = try await VerifyServices(services: services).reports().flatMap(\.report.mismatches)
        return inside + (try await CrossRecount(services: services).differences(until: .now + .seconds(30)))
    }

    private func waitUntil(seconds: Int, _ what: String, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { throw CommandFailure("the demonstration gave up waiting until \(what)") }
            try await Task.sleep(for: .milliseconds(200))
        }
    }
}
