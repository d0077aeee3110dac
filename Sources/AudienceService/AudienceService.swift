import Schemas
import ServiceRuntime

@main
enum AudienceServiceMain {
    static func main() async {
        await ServiceMain.run(.audience, migrations: Schemas.audience, build: AudienceBuild.build)
    }
}
