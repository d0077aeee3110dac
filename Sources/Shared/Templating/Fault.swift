/// A failure inside the engine, before its byte offset became a line and a column.
struct Fault: Error {
    var kind: TemplateError.Kind
    var reason: String
    /// Byte offset in the source; nil means where the renderer is.
    var offset: Int?

    init(_ kind: TemplateError.Kind, _ reason: String, at offset: Int? = nil) {
        self.kind = kind
        self.reason = reason
        self.offset = offset
    }
}
