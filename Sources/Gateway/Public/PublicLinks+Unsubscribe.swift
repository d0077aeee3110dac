import Contracts
import HTTPTypes
import HummingbirdCore
import JSONRPC
import Model
import NIOCore
import Tokens

extension PublicLinks {
    static let maximumFormBytes = 16_384

    /// A page with a form; looking at it changes nothing, because scanners look at every link.
    func unsubscribePage(_ request: GatewayRequest) async -> Response {
        switch verifier.verification(of: request.parameters["token"] ?? "", purpose: .unsubscribe) {
        case .foreign: return Pages.notFound()
        case .preview: return Pages.unsubscribe(address: "preview@example.com", client: "this sender")
        case .valid(let token):
            let context = await context(of: token)
            return Pages.unsubscribe(address: context.map { Self.masked($0.email) }, client: context?.clientName)
        }
    }

    /// The form's POST and that of RFC 8058: no cookies, no redirect, repeating changes nothing.
    func unsubscribe(_ request: GatewayRequest) async throws -> Response {
        let verification = verifier.verification(of: request.parameters["token"] ?? "", purpose: .unsubscribe)
        if case .foreign = verification { return Pages.notFound() }
        let body = try await request.body(upTo: Self.maximumFormBytes)
        let form = FormBody.read(body, contentType: request.header(.contentType) ?? "")
        let isOneClick = form["List-Unsubscribe"] == "One-Click"
        guard let scope = isOneClick ? .client : form["scope"].flatMap(UnsubscribeScope.init) else { return Pages.badForm() }
        guard case .valid(let token) = verification, let kind = token.kind.tracked else { return Pages.unsubscribed(scope) }
        if case .notStored = await carryOut(scope, kind, token, request, isOneClick: isOneClick) { return Pages.unavailable() }
        return Pages.unsubscribed(scope)
    }

    /// How far an unsubscription has come.
    enum Unsubscription {
        case done
        /// It will take effect by its event.
        case recorded
        case notStored
    }

    /// Changes the subscription and stores the event at once; one of them is enough.
    ///
    /// The subscription, so that nobody is mailed from this moment (I3); the event, which brings the subscription along later when Audience or
    /// Postgres is away.
    func carryOut(
        _ scope: UnsubscribeScope,
        _ kind: TrackedMessageKind,
        _ token: Token,
        _ request: GatewayRequest,
        isOneClick: Bool
    ) async -> Unsubscription {
        var event = event(.unsubscribe, kind, token, request)
        event.unsubscribeScope = scope.rawValue
        async let isRecorded = intake.record(event)
        let isDone = await apply(scope, token, event.occurredAt, isOneClick)
        let isStored = await isRecorded
        return isDone ? .done : isStored ? .recorded : .notStored
    }

    private func apply(_ scope: UnsubscribeScope, _ token: Token, _ moment: Timestamp, _ isOneClick: Bool) async -> Bool {
        guard let context = await context(of: token) else { return false }
        let call = UnsubscribeContact(
            scope: context.scope,
            contactID: context.contactID,
            unsubscribeScope: scope,
            reason: isOneClick ? "one_click" : "public_unsubscribe",
            occurredAt: moment
        )
        do {
            _ = try await audience.call(call, deadline: .seconds(5), idempotencyKey: nil)
            return true
        } catch {
            return false
        }
    }

    private func context(of token: Token) async -> RecipientContextResult? {
        guard token.kind == .campaign else { return nil }
        return try? await campaign.call(
            RecipientContext(recipientID: RecipientID(token.messageID)),
            deadline: .seconds(3),
            idempotencyKey: nil
        )
    }

    /// `a***@example.com`: enough for the reader, too little for somebody who found the link.
    static func masked(_ email: String) -> String {
        let parts = email.split(separator: "@", maxSplits: 1)
        guard parts.count == 2, let first = parts[0].first else { return "***" }
        return "\(first)***@\(parts[1])"
    }
}
