import Schemas
import ServiceRuntime

@main
enum Gateway {
    static func main() async {
        await ServiceMain.run(.gateway, migrations: Schemas.gateway, build: GatewayBuild.build)
    }
}
