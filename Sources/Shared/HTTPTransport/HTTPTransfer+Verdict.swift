import CLibCurl

extension HTTPTransfer {
    /// What libcurl's result means, while the handle still has the transfer's figures.
    func exchange(_ code: CURLcode) -> HTTPExchange {
        if code == CURLE_OK, let status, isHeadComplete {
            return .response(HTTPResponse(status: status, headers: headers, body: body))
        }
        if code == CURLE_OK {
            return .failed(HTTPFailure(reason: .connectionLost, message: "the answer's head was cut off", delivery: delivery))
        }
        let text = String(cString: errorText[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
        return .failed(HTTPFailure(reason: reason(code), code: Int(code.rawValue), message: text, delivery: delivery))
    }

    /// What is known when the sender no longer wants the answer.
    func exchangeAfterCancelling() -> HTTPExchange {
        .failed(HTTPFailure(reason: .cancelled, message: "cancelled", delivery: delivery))
    }

    /// Nothing of the request can have been understood unless all of it was handed to the kernel.
    private var delivery: HTTPDelivery {
        if let status { return .acceptedWithoutBody(status: status) }
        // The figures may be those of the second attempt, so they prove nothing about the first.
        if isResendPrevented { return .ambiguous }
        guard let handle, attempts > 0, curl_easy_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T) > 0 else { return .notSent }
        return curl_easy_get_offset(handle, CURLINFO_SIZE_UPLOAD_T) < request.body.count ? .notSent : .ambiguous
    }

    private func reason(_ code: CURLcode) -> HTTPFailure.Reason {
        if isResendPrevented { return .resendPrevented }
        if isTooLarge { return .responseTooLarge }
        if isAddressRefused { return .connect }
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .malformedRequest
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .nameLookup
        case CURLE_COULDNT_CONNECT: return .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM: return .tls
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: return .connectionLost
        default: return .other
        }
    }
}

extension HTTPExchange {
    /// The end of a request that libcurl was never given.
    static func notStarted(_ reason: HTTPFailure.Reason) -> Self {
        .failed(HTTPFailure(reason: reason, message: reason == .busy ? "too many requests wait already" : "cancelled", delivery: .notSent))
    }

    /// The end of a request with which libcurl cannot begin.
    static func notPrepared(_ code: CURLcode) -> Self {
        let text = String(cString: curl_easy_strerror(code))
        return .failed(HTTPFailure(reason: .malformedRequest, code: Int(code.rawValue), message: text, delivery: .notSent))
    }
}
