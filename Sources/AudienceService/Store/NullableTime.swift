import Model

/// Times inside array parameters, which hold no NULL: the epoch stands for none, `NULLIF(…, 'epoch')` takes it back.
enum NullableTime {
    static let none = Timestamp(microseconds: 0)

    /// A real time at the epoch moves by one microsecond.
    static func encode(_ time: Timestamp?) -> Timestamp {
        guard let time else { return none }
        return time == none ? Timestamp(microseconds: 1) : time
    }
}
