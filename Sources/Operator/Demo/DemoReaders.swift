import HTTPTransport

/// Recipients of the demonstration: about a third open, some of them click, a few unsubscribe, all by the real public links.
struct DemoReaders: Sendable {
    /// What they did.
    struct Visits: Sendable, Equatable {
        var messages = 0
        var opens: Int64 = 0
        var clicks: Int64 = 0
        var unsubscribes: Int64 = 0
    }

    let capture: String
    let url: String
    private let transport = HTTPTransport()

    init(capture: String, url: String) {
        self.capture = capture
        self.url = url
    }

    /// - Parameter first: how many captured messages are of an earlier run.
    func visit(after first: Int) async throws -> Visits {
        var visits = Visits()
        for (number, file) in try CapturedMail.files(in: capture).dropFirst(first).enumerated() {
            let links = try CapturedMail.links(in: capture + "/" + file)
            visits.messages += 1
            if number % 20 < 7, let pixel = links.pixel {
                try await get(pixel, expecting: 200)
                visits.opens += 1
            }
            if number % 20 < 3, let click = links.clicks.first {
                try await get(click, expecting: 302)
                visits.clicks += 1
            }
            if number % 100 == 1, let unsubscribe = links.unsubscribe {
                try await unsubscribeWithOneClick(unsubscribe)
                visits.unsubscribes += 1
            }
        }
        return visits
    }

    private func get(_ address: String, expecting status: Int) async throws {
        let agent = (name: "User-Agent", value: "Mozilla/5.0 (X11; Linux x86_64) Thunderbird/128.0")
        let request = HTTPRequest(method: "GET", url: address, headers: [agent], timeout: .seconds(10))
        try check(await transport.send(request), address, status)
    }

    /// RFC 8058: a POST without cookies, as a mailbox provider makes it.
    private func unsubscribeWithOneClick(_ address: String) async throws {
        let request = HTTPRequest(
            method: "POST",
            url: address,
            headers: [(name: "Content-Type", value: "application/x-www-form-urlencoded")],
            body: Array("List-Unsubscribe=One-Click".utf8),
            timeout: .seconds(10)
        )
        try check(await transport.send(request), address, 200)
    }

    private func check(_ exchange: HTTPExchange, _ address: String, _ status: Int) throws {
        switch exchange {
        case .response(let response) where response.status == status: return
        case .response(let response): throw CommandFailure("\(address) answered \(response.status), not \(status)")
        case .failed(let failure): throw CommandFailure("\(address): \(failure.message)")
        }
    }
}
