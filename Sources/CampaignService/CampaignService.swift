import Schemas
import ServiceRuntime

@main
enum CampaignServiceMain {
    static func main() async {
        await ServiceMain.run(.campaign, migrations: Schemas.campaign, build: CampaignBuild.build)
    }
}
