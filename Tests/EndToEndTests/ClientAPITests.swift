import Foundation
import HTTPTransport
import JSON
import Testing

extension EndToEnd {
    /// What client applications rely on, walked by clients of other making against the real services.
    @Suite("Client API", .serialized) struct ClientAPI {
        @Test("every recorded request is answered as recorded, or as the contract says", .timeLimit(.minutes(3)))
        func recorded() async throws {
            try await withUp { up, folder in
                let key = try await provision(up, folder)
                try await expectSuccess("replay_recorded.py", [up.url, key, Fixtures.path("recorded_pairs.json")], folder)
            }
        }

        @Test(
            "client applications work: a sign-up form, a course's lists, a newsletter",
            .timeLimit(.minutes(3)),
            arguments: ["client_registration.py", "client_homework.py", "client_newsletter.py"]
        )
        func clients(script: String) async throws {
            try await withUp { up, folder in
                try await expectSuccess(script, [up.url, try await provision(up, folder)], folder)
            }
        }

        @Test("the examples of the documentation run as they stand", .timeLimit(.minutes(3)))
        func examples() async throws {
            try await withUp { up, folder in
                try await expectSuccess("run_examples.py", [up.url, try await provision(up, folder)], folder)
            }
        }

        @Test("another organization's key neither sees nor changes anything, on any endpoint", .timeLimit(.minutes(5)))
        func wall() async throws {
            try await withUp { up, folder in
                let key = try await provision(up, folder)
                _ = try await python("replay_recorded.py", [up.url, key, Fixtures.path("recorded_pairs.json")], folder)
                let words = ["provision", "--organization", "rival", "--audience", "main", "--client", "rapp"]
                let made = try await up.json(words + ["--sender", "x=x@rival.example", "--key-name", "one"], folder)
                let rival = try #require(made["api_key"]?.stringValue)
                try await expectSuccess("tenant_wall.py", [up.url, key, rival, "rapp"], folder)
            }
        }

        @Test("the OpenAPI document is valid, and no call that it allows meets a server error or an undocumented answer", .timeLimit(.minutes(8)))
        func schema() async throws {
            try await withUp { up, folder in
                let key = try await provision(up, folder)
                let document = try await up.http("GET", "\(up.url)/api-docs/openapi.json")
                let file = try folder.write("openapi.json", document.body)
                let valid = try await tool(["-m", "openapi_spec_validator", file], folder, "validator")
                #expect(valid.code == 0, "\(valid.output)")
                let checks = [
                    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
                    "response_schema_conformance", "unsupported_method", "negative_data_rejection",
                ]
                let run = try await tool(
                    [
                        "-m", "schemathesis.cli", "run", "\(up.url)/api-docs/openapi.json", "-H", "Authorization: Bearer \(key)",
                        "--max-examples", "15", "--seed", "1", "--generation-database", "none", "--phases", "examples,coverage,fuzzing",
                        "--checks", checks.joined(separator: ","), "--exclude-path-regex", "^/((t|unsubscribe|preferences|confirm|v)/|api/keys/)",
                        "--no-color",
                    ],
                    folder,
                    "schemathesis"
                )
                #expect(run.code == 0, "\(run.output.suffix(6_000))")
            }
        }

        private func provision(_ up: UpProcess, _ folder: TemporaryFolder) async throws -> String {
            let words = ["provision", "--organization", "dtc", "--audience", "main"]
            _ = try await up.json(words + ["--client", "other"], folder)
            let sender = ["--sender", "courses=Courses <courses@example.com>", "--key-name", "test"]
            let made = try await up.json(words + ["--client", "app"] + sender, folder)
            return try #require(made["api_key"]?.stringValue)
        }

        // MARK: Python

        private func expectSuccess(_ script: String, _ words: [String], _ folder: TemporaryFolder) async throws {
            let run = try await python(script, words, folder)
            #expect(run.code == 0, "\(run.output.suffix(6_000))")
        }

        private func python(_ script: String, _ words: [String], _ folder: TemporaryFolder) async throws -> (code: Int32, output: String) {
            try await tool([Fixtures.path(script)] + words, folder, script)
        }

        /// Runs the Python of the test tools.
        private func tool(_ words: [String], _ folder: TemporaryFolder, _ name: String) async throws -> (code: Int32, output: String) {
            let python = try Fixtures.testTool("python")
            let environment = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG"].contains($0.key) }
            let process = try await KeptProcess.start([python] + words, environment: environment, folder: folder, name: name)
            let code = try await process.end(within: .seconds(400))
            return (code, process.output + process.errors)
        }
    }
}
