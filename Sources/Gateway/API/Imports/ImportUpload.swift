import HTTPTypes
import HummingbirdCore
import JSON
import NIOCore

/// The body of a CSV import, whatever its form: a JSON object with the text in `csv`, or a form with the file, which goes to disk.
struct ImportUpload {
    /// Of the file in a form.
    static let maximumFileBytes = 50 << 20
    /// Of a form with its other fields and its delimiters.
    static let maximumBytes = maximumFileBytes + (1 << 20)
    static let maximumFieldBytes = 64 << 10
    static let maximumFields = 100
    /// How much of a refused body is read on, so that a client that still sends sees the answer and is not reset.
    private static let drainBytes = 64 << 20

    var fields: RequestFields
    private(set) var csv: ImportContent?

    static func read(_ request: GatewayRequest) async throws -> ImportUpload {
        guard let boundary = MultipartBody.boundary(of: request.header(.contentType) ?? "") else {
            let fields = try await RequestFields.read(request)
            return ImportUpload(fields: fields, csv: fields.object["csv"]?.stringValue.map { .memory(Array($0.utf8)) })
        }
        let told = request.header(.contentLength).flatMap { Int($0) } ?? 0
        guard told <= drainBytes else { throw APIError.bodyTooLarge(limit: maximumFileBytes) }
        var form = Form(boundary: boundary)
        var count = 0
        for try await part in request.request.body {
            count += part.readableBytes
            guard count <= drainBytes else { break }
            if count <= maximumBytes, told <= maximumBytes { try form.take(part) }
        }
        guard count <= maximumBytes, told <= maximumBytes, !form.isFileTooLarge else { throw APIError.bodyTooLarge(limit: maximumFileBytes) }
        return ImportUpload(fields: RequestFields(JSONObject(try form.members())), csv: form.file)
    }

    /// A form as it comes in.
    private struct Form {
        private enum Target { case none, file(SpooledFile), field(String, [UInt8]) }

        private var reader: MultipartReader
        private var target = Target.none
        private var fields: [(name: String, value: [UInt8])] = []
        /// The first file that is there to its end.
        private(set) var file: ImportContent?
        /// A file that is has no more bytes kept; the request is read on, so that whoever sends it sees the answer.
        private(set) var isFileTooLarge = false
        private var fileBytes = 0

        init(boundary: String) { reader = MultipartReader(boundary: boundary) }

        mutating func take(_ bytes: ByteBuffer) throws {
            var events: [MultipartReader.Event] = []
            reader.push(bytes.readableBytesView) { events.append($0) }
            for event in events { try take(event) }
        }

        private mutating func take(_ event: MultipartReader.Event) throws {
            switch event {
            case .part(let name, let filename): target = try target(name, filename)
            case .content(let bytes): try add(bytes)
            case .end:
                switch target {
                case .none: break
                case .file(let spooled): file = .disk(spooled)
                case .field(let name, let value): fields.append((name: name, value: value))
                }
                target = .none
            }
        }

        private func target(_ name: String?, _ filename: String?) throws -> Target {
            guard let name else { return .none }
            if filename != nil || name == "csv" || name == "file" { return file == nil ? .file(try SpooledFile()) : .none }
            guard fields.count < ImportUpload.maximumFields else { throw APIError.field("body", "too_many") }
            return .field(name, [])
        }

        private mutating func add(_ bytes: ArraySlice<UInt8>) throws {
            switch target {
            case .none: break
            case .file(let spooled):
                fileBytes += bytes.count
                isFileTooLarge = isFileTooLarge || fileBytes > ImportUpload.maximumFileBytes
                if !isFileTooLarge { try spooled.append(bytes) }
            case .field(let name, var value):
                target = .none
                value += bytes
                guard value.count <= ImportUpload.maximumFieldBytes else { throw APIError.field(name, "too_long") }
                target = .field(name, value)
            }
        }

        /// The fields as members of an object.
        func members() throws -> [(key: String, value: JSONValue)] {
            try fields.map { field in
                guard let text = String(validating: field.value, as: UTF8.self), !text.utf8.contains(0) else {
                    throw APIError.field(field.name, "invalid")
                }
                return (key: field.name, value: .string(text))
            }
        }
    }
}

extension RequestFields {
    /// A flag that a form may write as text.
    mutating func flag(_ name: String) -> Bool? {
        if let text = object[name]?.stringValue {
            switch text.lowercased() {
            case "true", "1", "yes", "on": return true
            case "false", "0", "no", "off", "": return false
            default:
                fault(name, "must_be_boolean")
                return nil
            }
        }
        return bool(name)
    }
}
