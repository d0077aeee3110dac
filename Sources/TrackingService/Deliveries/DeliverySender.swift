import Contracts
import HTTPTransport
import JSON
import Logging
import Model
import Tokens

/// Makes one attempt in the endpoint's format.
struct DeliverySender: Sendable {
    static let maximumResponseBytes = 65_536

    let transport: HTTPTransport
    let policy: DeliveryPolicy
    /// nil when there is no key file: nothing that needs a secret can be sent.
    let secrets: EndpointSecrets?

    func send(_ delivery: LeasedDelivery, now: Timestamp) async -> AttemptResult {
        switch delivery.format {
        case .standard: await sendStandard(delivery, now)
        case .callback: await sendCallback(delivery)
        case .mailchimp: await sendTags(delivery)
        }
    }

    private func sendStandard(_ delivery: LeasedDelivery, _ now: Timestamp) async -> AttemptResult {
        guard let event = delivery.event else { return Self.hopeless("the event is no longer there") }
        guard let secret = open(delivery.secret, delivery) else { return Self.sealed }
        let keys = [secret, open(delivery.previousSecret, delivery)].compactMap { $0.map(WebhookSecret.init(bytes:)) }
        let request = StandardFormat.request(event, url: delivery.url, client: delivery.clientSlug, secrets: keys, now: now)
        return AttemptResult(await exchange(request))
    }

    private func sendCallback(_ delivery: LeasedDelivery) async -> AttemptResult {
        guard let event = delivery.event, let payload = CallbackFormat.payload(event, client: delivery.clientSlug) else {
            return Self.hopeless("the contact was erased")
        }
        guard let token = open(delivery.secret, delivery) else { return Self.sealed }
        let request = CallbackFormat.request(payload, url: delivery.url, token: String(decoding: token, as: UTF8.self))
        return AttemptResult(await exchange(request))
    }

    private func sendTags(_ delivery: LeasedDelivery) async -> AttemptResult {
        let tags = delivery.payload.objectValue?.members.map { (name: $0.key, isActive: $0.value.boolValue == true) } ?? []
        guard !tags.isEmpty, !delivery.subject.isEmpty else { return Self.hopeless("nothing is left to say") }
        guard let key = open(delivery.secret, delivery).map({ String(decoding: $0, as: UTF8.self) }) else { return Self.sealed }
        let requests = MailchimpFormat.requests(
            email: delivery.subject,
            tags: tags,
            baseURL: policy.mailchimpURL ?? MailchimpFormat.baseURL(datacenter: MailchimpFormat.datacenter(key)),
            listID: delivery.listID,
            apiKey: key
        )
        let isRemovalOnly = !tags.contains(where: \.isActive)
        var result = AttemptResult(succeeded: true)
        for request in requests {
            result = MailchimpFormat.result(await exchange(request), isRemovalOnly: isRemovalOnly)
            guard result.succeeded else { break }
        }
        return result
    }

    private func exchange(_ request: HTTPRequest) async -> HTTPExchange {
        var request = request
        request.timeout = policy.timeout
        request.maximumResponseBytes = Self.maximumResponseBytes
        // What the client named was checked when it was stored; the rules may be stricter by now.
        if let fault = DeliveryURL.fault(request.url, policy) {
            return .failed(HTTPFailure(reason: .malformedRequest, message: "the URL is not allowed: \(fault)", delivery: .notSent))
        }
        return await transport.send(request)
    }

    private func open(_ box: [UInt8]?, _ delivery: LeasedDelivery) -> [UInt8]? {
        box.flatMap { secrets?.open($0, endpoint: delivery.endpointID) }
    }

    private static let sealed = AttemptResult(succeeded: false, error: "the secret cannot be opened with the keys of this machine")

    private static func hopeless(_ reason: String) -> AttemptResult {
        var result = AttemptResult(succeeded: false, error: reason)
        result.isHopeless = true
        result.isHealthy = true
        return result
    }
}
