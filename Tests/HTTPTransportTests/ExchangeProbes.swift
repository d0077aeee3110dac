import HTTPTransport

extension HTTPExchange {
    var response: HTTPResponse? {
        guard case .response(let response) = self else { return nil }
        return response
    }

    var failure: HTTPFailure? {
        guard case .failed(let failure) = self else { return nil }
        return failure
    }
}
