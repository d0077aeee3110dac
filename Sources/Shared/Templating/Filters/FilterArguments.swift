/// The values behind a filter's colon; one that is not given reads as nil.
struct FilterArguments {
    var values: [Value]

    var count: Int { values.count }
    subscript(index: Int) -> Value { index < values.count ? values[index] : .null }
}
