import CLibCurl

/// What holds for libcurl in the whole process.
enum LibCurl {
    /// Starts the library at first use; false when it cannot.
    static let isReady = curl_global_init(3) == CURLE_OK

    /// The number that stands for "no socket, the timeout".
    static let timeoutSocket: CInt = -1
}
