import JSON

/// What a JSON value looks like: the one declaration behind validation and the OpenAPI document.
indirect enum Shape: Sendable {
    case string(StringRule)
    case integer(ClosedRange<Int64>?)
    case number
    case boolean
    /// ISO 8601 with a zone.
    case timestamp
    /// An address that `EmailAddress` accepts.
    case email
    case list(of: Shape, count: ClosedRange<Int>?)
    case object(ObjectShape)
    /// An object whose keys are the data; at most so many.
    case map(Shape, count: Int?)
    /// An object of the client's own; at most so many bytes as compact JSON.
    case freeObject(maximum: Int?)
    case nullable(Shape)
    case any

    /// Limits of a string.
    struct StringRule: Sendable {
        /// In code points, as JSON Schema counts.
        var maximum: Int?
        /// All that is accepted, when that is a list.
        var choices: [String]?
        var format: String?
        /// Whether nothing but white space counts as nothing.
        var isBlankAllowed = true
    }

    static var string: Shape { .string(StringRule()) }
    static func string(maximum: Int) -> Shape { .string(StringRule(maximum: maximum)) }
    static func choice(_ values: [String]) -> Shape { .string(StringRule(choices: values)) }
    static func choice<Value: CaseIterable & RawRepresentable>(_: Value.Type) -> Shape where Value.RawValue == String {
        .choice(Value.allCases.map(\.rawValue))
    }
    static var integer: Shape { .integer(nil) }
    static var id: Shape { .integer(1...Int64.max) }
    static func list(of shape: Shape) -> Shape { .list(of: shape, count: nil) }
    static func map(_ shape: Shape) -> Shape { .map(shape, count: nil) }
    static var freeObject: Shape { .freeObject(maximum: nil) }
    /// What is kept with every message, member, campaign or contact, and is in every answer about it.
    static var storedObject: Shape { .freeObject(maximum: 64 << 10) }
}

/// One member of an object, or one parameter of a query.
struct Field: Sendable {
    let name: String
    let shape: Shape
    let isRequired: Bool
    /// The reason when a required one is absent; a few are recorded with another than `required`.
    let missing: String
    let summary: String
    let example: JSONValue?

    init(
        _ name: String,
        _ shape: Shape,
        required: Bool = false,
        missing: String = "required",
        _ summary: String = "",
        example: JSONValue? = nil
    ) {
        self.name = name
        self.shape = shape
        isRequired = required
        self.missing = missing
        self.summary = summary
        self.example = example
    }
}

/// The members of a JSON object; others are ignored.
struct ObjectShape: Sendable {
    /// Its name among the components of the OpenAPI document; empty for one that stands where it is used.
    let name: String
    let fields: [Field]

    init(_ name: String, _ fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    init(_ fields: [Field]) { self.init("", fields) }

    /// `audience` and `client`, which nearly every body and query needs.
    static let scope: [Field] = [
        Field("audience", .string(maximum: 63), required: true, "Slug of the audience.", example: "main"),
        Field("client", .string(maximum: 63), required: true, "Slug of the key's own client.", example: "app"),
    ]
}
