import Schemas
import ServiceRuntime

@main
enum DeliveryService {
    static func main() async {
        await ServiceMain.run(.delivery, migrations: Schemas.delivery, build: DeliveryBuild.build)
    }
}
