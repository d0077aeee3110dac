import Contracts

/// Says who caused a request on a public link, and why it thinks so.
///
/// Nothing is discarded by it: both counts are shown.
///
/// The signals are those of mail clients and scanners that name themselves; a request that names nothing known is held for human when it
/// comes from a browser or mail client, and for unknown otherwise.
enum EventClassifier {
    struct Verdict: Equatable {
        var classification: EventClass
        /// The signal and what matched it: `<signal>:<text>`.
        var reason: String
    }

    static func classify(userAgent: String, method: String, type: TrackingEventType) -> Verdict {
        if type == .unsubscribe { return Verdict(classification: .human, reason: "post:unsubscribe") }
        if method == "HEAD" { return Verdict(classification: .machine, reason: "method:HEAD") }
        if userAgent.isEmpty { return Verdict(classification: .unknown, reason: "user_agent:empty") }
        // Apple's privacy proxy fetches every image of a mail before anybody has looked at it, under this bare name.
        if userAgent == "Mozilla/5.0" { return Verdict(classification: .machine, reason: "user_agent:Mozilla/5.0") }
        let lowered = userAgent.lowercased()
        if let proxy = imageProxies.first(where: { lowered.contains($0) }) {
            // These proxies fetch when the reader opens the mail, so the open is a person's although the address is not.
            return Verdict(classification: .human, reason: "proxy:\(proxy)")
        }
        if let machine = machines.first(where: { lowered.contains($0) }) {
            return Verdict(classification: .machine, reason: "user_agent:\(machine)")
        }
        if readers.contains(where: { lowered.contains($0) }) {
            return Verdict(classification: .human, reason: "user_agent:reader")
        }
        return Verdict(classification: .unknown, reason: "user_agent:unlisted")
    }

    private static let imageProxies = ["googleimageproxy", "yahoomailproxy"]

    private static let machines = [
        "bot", "crawler", "spider", "preview", "scanner", "existence discovery", "safelinks", "mimecast", "proofpoint", "barracuda",
        "curl/", "wget/", "python-", "go-http-client", "okhttp", "java/", "libwww", "headlesschrome", "apache-httpclient", "node-fetch",
        "axios/", "facebookexternalhit", "slackbot", "whatsapp",
    ]

    private static let readers = ["mozilla/", "thunderbird", "outlook", "applewebkit", "opera", "lotus-notes", "evolution", "airmail"]
}
