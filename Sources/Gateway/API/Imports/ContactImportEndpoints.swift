import CSV
import Contracts
import HTTPTypes
import HummingbirdCore
import JSON
import JSONRPC
import Model

/// `/api/contacts/imports`: lists and CSV files, jobs for large ones.
enum ContactImportEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] {
        [importList(services), importCSV(services), getImport(services), importErrors(services)]
    }

    private static let answers: [EndpointAnswer] = [
        .ok(ContactImportShapes.result, "Applied; or, for a job that a request with this key began, the job."),
        .accepted(.object(ContactImportShapes.jobAnswer), "A job to poll."),
        .conflict,
    ]

    static func importList(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/contacts/imports",
            id: "importContacts",
            tag: .imports,
            access: .key(.contactsWrite),
            summary: "Import a list of contacts.",
            details: "Of two items with the same address the first wins. A bad item refuses only itself.",
            body: .json(ContactImportShapes.list),
            answers: answers
        ) { call in
            let client = try call.client
            let conversation = try await ImportConversation(&call.fields, client, services)
            return try await conversation.run(JSONImportSource(items: call.fields.object["contacts"]?.arrayValue ?? []))
        }
    }

    static func importCSV(_ services: APIServices) -> Endpoint {
        Endpoint(
            .post,
            "/api/contacts/imports/csv",
            id: "importContactsCSV",
            tag: .imports,
            access: .key(.contactsWrite),
            summary: "Import contacts from a CSV.",
            details: "The first record names the columns; `email` is needed, unknown columns become attributes.",
            body: .own(mediaTypes: ["application/json": .object(ContactImportShapes.csv), "multipart/form-data": .object(ContactImportShapes.csv)]),
            answers: answers
        ) { call in
            var upload = try await ImportUpload.read(call.request)
            if upload.csv == nil {
                upload.fields.fault("csv", upload.fields.object["csv"].map { $0 == .null } ?? true ? "required" : "must_be_string")
            }
            let encoding = CSVEncoding(name: upload.fields.string("encoding") ?? "utf-8")
            if encoding == nil { upload.fields.fault("encoding", "invalid") }
            let conversation = try await ImportConversation(&upload.fields, try call.client, services)
            guard let csv = upload.csv, let encoding else { throw APIError.field("csv", "required") }
            return try await conversation.run(try await CSVImportSource(csv, encoding))
        }
    }

    static func getImport(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts/imports/{id}",
            id: "getContactImport",
            tag: .imports,
            access: .key(.contactsRead),
            summary: "How far is an import?",
            answers: [.ok(.object(ContactImportShapes.job)), .notFound]
        ) { call in
            let client = try call.client
            let id = ImportJobID(try call.integerParameter("id", field: "import_job"))
            let job = GetImportJob(organizationID: client.organizationID, clientID: client.clientID, jobID: id)
            return .json(["import_job": ImportJobPayload.job.value(try await services.audience.answer(job))])
        }
    }

    static func importErrors(_ services: APIServices) -> Endpoint {
        Endpoint(
            .get,
            "/api/contacts/imports/{id}/errors.csv",
            id: "getContactImportErrors",
            tag: .imports,
            access: .key(.contactsRead),
            summary: "The refused rows of an import.",
            details: "One record a reason: item, line, email, field, reason.",
            answers: [.content(.ok, ImportFaultFile.mediaType, "The rows, as a CSV."), .notFound]
        ) { call in
            let client = try call.client
            let id = ImportJobID(try call.integerParameter("id", field: "import_job"))
            let faults = ImportFaults(organizationID: client.organizationID, clientID: client.clientID, jobID: id)
            return try await ImportFaultFile(audience: services.audience, request: faults).response()
        }
    }
}
