import CLibCurl

extension HTTPTransfer {
    /// Sets up a fresh or reset handle for this transfer; gives libcurl's code when it refuses an option.
    func prepare(_ handle: UnsafeMutableRawPointer) -> CURLcode? {
        var options = EasyOptions(handle)
        options.set(CURLOPT_URL, request.url)
        options.set(CURLOPT_PROTOCOLS_STR, configuration.allowsPlainHTTP ? "http,https" : "https")
        options.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        options.set(CURLOPT_PROXY, configuration.proxy ?? "")
        options.set(CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.wholeMilliseconds)
        options.set(CURLOPT_MAXAGE_CONN, max(1, configuration.maximumConnectionAge.wholeMilliseconds / 1_000))
        if let file = configuration.certificateAuthorityFile { options.set(CURLOPT_CAINFO, file) }
        setMethod(&options)
        setHeaders(&options)
        setCallbacks(&options)
        guard options.failure == nil else {
            curl_easy_reset(handle)
            return options.failure
        }
        self.handle = handle
        return nil
    }

    private func setMethod(_ options: inout EasyOptions) {
        let hasBody = !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method)
        switch request.method {
        case "GET" where !hasBody: options.set(CURLOPT_HTTPGET, 1)
        case "HEAD" where !hasBody: options.set(CURLOPT_NOBODY, 1)
        default:
            if hasBody {
                options.set(CURLOPT_POST, 1)
                options.set(pointer: CURLOPT_POSTFIELDS, upload)
                options.set(offset: CURLOPT_POSTFIELDSIZE_LARGE, request.body.count)
            }
            if request.method != "POST" { options.set(CURLOPT_CUSTOMREQUEST, request.method) }
        }
    }

    private func setHeaders(_ options: inout EasyOptions) {
        // Named without a value, a header that libcurl adds by itself is left out.
        var lines = ["Expect:"]
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) { lines.append("Content-Type:") }
        // A header with an empty value is written with a semicolon.
        lines += request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for line in lines { headerList = curl_slist_append(headerList, line) }
        options.set(list: CURLOPT_HTTPHEADER, headerList)
    }
}

extension Duration {
    /// At least 1, for libcurl takes 0 for "no limit".
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let whole = Int(clamping: seconds).multipliedReportingOverflow(by: 1_000)
        guard !whole.overflow, whole.partialValue < 1 << 31 else { return 1 << 31 }
        return max(1, whole.partialValue + Int(attoseconds / 1_000_000_000_000_000))
    }
}
