import CLibCurl

/// One request on its way through libcurl.
final class HTTPTransfer: @unchecked Sendable {
    // Sendable: made by the sender, and from its submission on touched on the readiness thread only.
    let request: HTTPRequest
    let configuration: HTTPTransportConfiguration
    var completion: (@Sendable (HTTPExchange) -> Void)?
    var isCancelled = false
    /// libcurl's easy handle while the transfer is under way.
    var handle: UnsafeMutableRawPointer?

    /// How often libcurl was about to send the request.
    var attempts = 0
    /// Whether libcurl tried to send the request again and was stopped.
    var isResendPrevented = false
    /// Whether the address policy stopped a connection.
    var isAddressRefused = false
    /// Whether the answer was longer than allowed.
    var isTooLarge = false
    /// The final status, once its line was read.
    var status: Int?
    /// Whether the empty line after the final headers was read; libcurl takes a head that is cut off for a whole answer.
    var isHeadComplete = false
    var headers: [HTTPRequest.Header] = []
    var body: [UInt8] = []
    /// Where the body goes instead; set before the submission.
    var download: HTTPDownload?

    /// libcurl sends from these bytes without copying them; they live as long as the transfer, and are never at NULL, where libcurl
    /// would ask a callback for the body.
    let upload: UnsafeMutablePointer<UInt8>
    let errorText: UnsafeMutablePointer<CChar>
    var headerList: UnsafeMutablePointer<curl_slist>?

    init(_ request: HTTPRequest, _ configuration: HTTPTransportConfiguration) {
        self.request = request
        self.configuration = configuration
        upload = .allocate(capacity: max(1, request.body.count))
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        request.body.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress { upload.initialize(from: start, count: bytes.count) }
        }
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        upload.deallocate()
        errorText.deallocate()
        curl_slist_free_all(headerList)
    }

    /// Hands the end to the sender; only the first call counts.
    func finish(_ exchange: HTTPExchange) {
        guard let completion else { return }
        self.completion = nil
        completion(exchange)
    }
}
