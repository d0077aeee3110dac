import HTTPTransport

/// When a delivery that failed is tried again: Standard Webhooks' recommendation, 10 attempts within about three days.
enum RetrySchedule {
    static let maximumAttempts = delays.count + 1
    /// An endpoint at which every attempt failed for this long is switched off.
    static let disableAfterDays = 5
    /// The most that a receiver can ask for.
    static let maximumPause: Double = 86_400

    /// Seconds after the first, second… attempt.
    private static let delays: [Double] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

    /// Seconds until the attempt after this one (counted from 1); nil when it was the last.
    ///
    /// - Parameter spread: from 0 to 1, random: up to a fifth later, so that what failed together does not come back together.
    static func delay(afterAttempt number: Int, retryAfter: Double? = nil, spread: Double) -> Double? {
        guard number < maximumAttempts else { return nil }
        let base = delays[max(number, 1) - 1]
        return max(base, min(retryAfter ?? 0, maximumPause)) * (1 + 0.2 * min(max(spread, 0), 1))
    }

    /// Seconds of `Retry-After` (RFC 9110 section 10.2.3) in its form as a number; nil for none, a date, or nonsense.
    static func retryAfter(_ response: HTTPResponse) -> Double? {
        guard let text = response.header("Retry-After"), text.utf8.count <= 9, let seconds = Int(text), seconds >= 0 else { return nil }
        return min(Double(seconds), maximumPause)
    }
}
