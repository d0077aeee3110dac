import Contracts
import HTTPTypes
import HummingbirdCore
import JSONRPC
import Model
import NIOCore
import Tokens

extension PublicLinks {
    /// A page with a button; looking at it confirms nothing, because scanners look at every link.
    func confirmPage(_ request: GatewayRequest) async -> Response {
        guard let id = confirmationID(request) else { return Pages.notFound() }
        do {
            let found = try await audience.call(GetSubscriptionRequest(requestID: id), deadline: .seconds(5), idempotencyKey: nil)
            if found.isConfirmed { return Pages.confirmed(found) }
            return found.isExpired ? Pages.confirmationExpired() : Pages.confirm(found)
        } catch {
            if case .failed = error { return Pages.notFound() }
            return Pages.unavailable()
        }
    }

    /// The button.
    func confirm(_ request: GatewayRequest) async throws -> Response {
        guard let id = confirmationID(request) else { return Pages.notFound() }
        _ = try await request.body(upTo: Self.maximumFormBytes)
        let call = ConfirmSubscription(requestID: id, confirmedFrom: request.clientAddress)
        do {
            return Pages.confirmed(try await audience.call(call, deadline: .seconds(5), idempotencyKey: nil))
        } catch {
            guard case .failed(let failure) = error else { return Pages.unavailable() }
            return failure.fields["request"] == "expired" ? Pages.confirmationExpired() : Pages.notFound()
        }
    }

    private func confirmationID(_ request: GatewayRequest) -> Int64? {
        verifier.verify(request.parameters["token"] ?? "", purpose: .confirm)?.messageID
    }
}

extension Pages {
    static func confirm(_ request: SubscriptionRequest) -> Response {
        page(
            "Confirm your subscription",
            """
            <h1>Confirm your subscription</h1>
            <p>This is about mail from <strong>{{client}}</strong> to <strong>{{address}}</strong>.</p>
            <blockquote>{{wording}}</blockquote>
            <form method="post"><p><button type="submit">Yes, subscribe me</button></p></form>
            """,
            ["client": request.clientName, "address": PublicLinks.masked(request.email), "wording": request.wording]
        )
    }

    static func confirmed(_ request: SubscriptionRequest) -> Response {
        page(
            "Confirmed",
            "<h1>Thank you</h1><p>Your wish to get mail from <strong>{{client}}</strong> is confirmed.</p>",
            ["client": request.clientName]
        )
    }

    static func confirmationExpired() -> Response {
        page(
            "Too late",
            "<h1>This link has expired</h1><p>Nothing was changed. Please subscribe again where you did before.</p>",
            [:],
            status: .gone
        )
    }
}
