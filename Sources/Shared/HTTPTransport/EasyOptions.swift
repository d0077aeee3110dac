import CLibCurl

/// Sets options of an easy handle and remembers the first refusal.
///
/// The corresponding C function is `curl_easy_setopt`.
struct EasyOptions {
    let handle: UnsafeMutableRawPointer
    private(set) var failure: CURLcode?

    init(_ handle: UnsafeMutableRawPointer) { self.handle = handle }

    mutating func set(_ option: CURLoption, _ value: Int) { check(curl_easy_set_long(handle, option, value)) }

    mutating func set(_ option: CURLoption, _ value: String) { check(curl_easy_set_string(handle, option, value)) }

    mutating func set(offset option: CURLoption, _ value: Int) { check(curl_easy_set_offset(handle, option, curl_off_t(value))) }

    mutating func set(pointer option: CURLoption, _ value: UnsafeRawPointer?) { check(curl_easy_set_pointer(handle, option, value)) }

    mutating func set(list option: CURLoption, _ value: UnsafeMutablePointer<curl_slist>?) {
        check(curl_easy_set_list(handle, option, value))
    }

    mutating func set(callback option: CURLoption, _ value: curl_write_callback?) {
        check(curl_easy_set_transfer_callback(handle, option, value))
    }

    mutating func check(_ code: CURLcode) {
        if code != CURLE_OK, failure == nil { failure = code }
    }
}
