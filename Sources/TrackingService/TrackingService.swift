import Schemas
import ServiceRuntime

@main
enum TrackingService {
    static func main() async {
        await ServiceMain.run(.tracking, migrations: Schemas.tracking, build: TrackingBuild.build)
    }
}
