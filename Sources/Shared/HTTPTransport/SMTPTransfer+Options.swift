import CLibCurl

extension SMTPTransfer {
    func setOptions(_ options: inout EasyOptions, _ recipients: UnsafeMutablePointer<curl_slist>?) {
        options.set(CURLOPT_URL, server.transferURL)
        options.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_PROXY, "")
        let security = server.security == .required ? CURLUSESSL_ALL : server.security == .optional ? CURLUSESSL_TRY : CURLUSESSL_NONE
        options.set(CURLOPT_USE_SSL, Int(security.rawValue))
        if let user = server.user { options.set(CURLOPT_USERNAME, user) }
        if let password = server.password { options.set(CURLOPT_PASSWORD, password) }
        if let file = server.certificateAuthorityFile { options.set(CURLOPT_CAINFO, file) }
        options.set(CURLOPT_TIMEOUT_MS, submission.timeout.wholeMilliseconds)
        options.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, submission.timeout.wholeMilliseconds / 1_000))
        options.set(CURLOPT_CONNECTTIMEOUT_MS, 10_000)
        options.set(CURLOPT_MAXAGE_CONN, 20)
        options.set(CURLOPT_MAIL_FROM, submission.sender)
        options.set(list: CURLOPT_MAIL_RCPT, recipients)
        // The size is not told: libcurl counts escaped dots and would take a message with some for complete too early.
        options.set(CURLOPT_UPLOAD, 1)
    }

    func setCallbacks(_ options: inout EasyOptions) {
        let context = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
        options.set(pointer: CURLOPT_READDATA, context)
        options.set(callback: CURLOPT_READFUNCTION) { buffer, size, count, context in
            SMTPTransfer.from(context)?.fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count)) ?? 0
        }
        options.set(pointer: CURLOPT_HEADERDATA, context)
        options.set(callback: CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            SMTPTransfer.from(context)?.received(String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self))
            return size * count
        }
        options.set(callback: CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        options.set(pointer: CURLOPT_PREREQDATA, context)
        options.check(
            curl_easy_set_prerequest_callback(options.handle) { context, _, _, _, _ in
                SMTPTransfer.from(context)?.mayAttempt() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            }
        )
        options.set(pointer: CURLOPT_XFERINFODATA, context)
        options.check(
            curl_easy_set_progress_callback(options.handle) { context, _, _, _, _ in
                SMTPTransfer.from(context)?.mustStop == true ? 1 : 0
            }
        )
        options.set(CURLOPT_NOPROGRESS, 0)
        // Only this tells which command a reply is to.
        options.set(pointer: CURLOPT_DEBUGDATA, context)
        options.check(
            curl_easy_set_debug_callback(options.handle) { _, kind, bytes, count, context in
                if kind == CURLINFO_HEADER_OUT { SMTPTransfer.from(context)?.sent(UnsafeRawBufferPointer(start: bytes, count: count)) }
                return 0
            }
        )
        options.set(CURLOPT_VERBOSE, 1)
    }
}
