import Cryptography
import HTTPTransport
import JSON

/// Tags of one member of a Mailchimp audience (Marketing API 3.0).
enum MailchimpFormat {
    /// The end of an API key, which names the host; empty when there is none.
    static func datacenter(_ apiKey: String) -> String {
        guard let dash = apiKey.lastIndex(of: "-") else { return "" }
        let name = apiKey[apiKey.index(after: dash)...]
        let isName = (1...20).contains(name.utf8.count) && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        return isName ? String(name) : ""
    }

    static func baseURL(datacenter: String) -> String { "https://\(datacenter).api.mailchimp.com" }

    /// Mailchimp's name of a member.
    static func subscriberHash(_ email: String) -> String { MD5.hexadecimalHash(Array(email.lowercased().utf8)) }

    /// What must be asked, in order: a member that gets a tag must exist; one that only loses tags need not.
    ///
    /// - Parameter tags: each tag and whether the member has it.
    static func requests(email: String, tags: [(name: String, isActive: Bool)], baseURL: String, listID: String, apiKey: String) -> [HTTPRequest] {
        let member = "\(baseURL)/3.0/lists/\(listID)/members/\(subscriberHash(email))"
        let headers = [
            (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "Datamailer-Webhooks/1"),
            (name: "Authorization", value: "Basic " + Base64.standard.encode(Array("anystring:\(apiKey)".utf8))),
        ]
        var requests: [HTTPRequest] = []
        if tags.contains(where: \.isActive) {
            let body: JSONValue = ["email_address": .string(email), "status_if_new": "subscribed"]
            requests.append(HTTPRequest(method: "PUT", url: member, headers: headers, body: Array(body.text.utf8)))
        }
        let items = tags.map { tag -> JSONValue in ["name": .string(tag.name), "status": tag.isActive ? "active" : "inactive"] }
        let body: JSONValue = ["tags": .array(items)]
        requests.append(HTTPRequest(url: member + "/tags", headers: headers, body: Array(body.text.utf8)))
        return requests
    }

    /// What an answer of Mailchimp means: a member that is not there has no tag to lose; other refusals of this member are for good, while
    /// a bad key or a lost list is the endpoint's trouble.
    static func result(_ exchange: HTTPExchange, isRemovalOnly: Bool) -> AttemptResult {
        var result = AttemptResult(exchange)
        if result.status == 404, isRemovalOnly { return AttemptResult(succeeded: true, status: 404) }
        result.isGone = false
        result.isHopeless = (400..<500).contains(result.status) && ![401, 403, 408, 429].contains(result.status)
        if result.isHopeless { result.isHealthy = result.status != 404 }
        return result
    }
}
