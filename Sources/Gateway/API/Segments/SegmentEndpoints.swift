/// Saved segments.
enum SegmentEndpoints {
    static func all(_ services: APIServices) -> [Endpoint] { [] }
}
