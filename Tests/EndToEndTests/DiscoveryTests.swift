import Foundation
import JSON
import Testing

extension EndToEnd {
    @Suite("Discovery", .serialized) struct Discovery {
        @Test(
            "What every service says of its methods is valid OpenRPC: each parameter and result has its schema, and real messages follow it",
            .timeLimit(.minutes(15))
        )
        func all() async throws {
            try await withUp { up, folder in
                var files: [String] = []
                for service in ["audience", "campaign", "delivery", "tracking", "gateway"] {
                    let answer = try await up.command(["rpc", service, "rpc.discover"], folder)
                    #expect(answer.code == 0, "\(answer.errors)")
                    files.append(try folder.write("\(service).json", answer.output.utf8))
                }
                let process = try await KeptProcess.start(
                    [try Fixtures.testTool("python"), Fixtures.path("check_openrpc.py")] + files,
                    environment: up.environment,
                    folder: folder,
                    name: "check"
                )
                #expect(try await process.end(within: .seconds(60)) == 0, "\(process.errors)")
                let found = try JSONValue.parse(process.output)
                #expect(found["faults"] == [], "\(found.text)")
                #expect((found["methods"]?.int64Value ?? 0) > 100 && found["methods"] == found["examples"])
                try expectSpecimens(files)
            }
        }

        /// A nested object, a choice, an optional member and a column that only its own reader knows, as their contracts have them.
        private func expectSpecimens(_ files: [String]) throws {
            let audience = try JSONValue.parse(Array(try #require(FileManager.default.contents(atPath: files[0]))))
            let schemas = try #require(audience["components"]?["schemas"])
            #expect(
                schemas["AudienceScope"]?["properties"]?["clientID"] == ["type": "integer"]
                    && schemas["AudienceScope"]?["required"] == ["organizationID", "clientID", "audienceID"]
            )
            let methods = audience["methods"]?.arrayValue ?? []
            func parameter(_ method: String, _ name: String) -> JSONValue? {
                methods.first { $0["name"]?.stringValue == method }?["params"]?.arrayValue?.first { $0["name"]?.stringValue == name }
            }
            #expect(parameter("audience.unsubscribeContact", "unsubscribeScope")?["schema"]?["enum"] == ["client", "audience", "global"])
            #expect(parameter("audience.unsubscribeContact", "occurredAt")?["schema"]?["format"] == "date-time")
            #expect(parameter("audience.beginImport", "fingerprint")?["required"] == false)
            #expect(parameter("audience.putListMember", "member")?["schema"]?["required"] == ["key", "email"])
            #expect(parameter("audience.upsertListMembers", "staged")?["required"] == false)
        }
    }
}
