import COpenSSL

/// The certificates that chains must end in.
///
/// The corresponding C type is `X509_STORE`.
package final class CertificateAuthorities: @unchecked Sendable {
    // Sendable: filled in `init` only; OpenSSL locks the store while it verifies.
    private let store: OpaquePointer

    /// The authorities that the operating system trusts.
    package init() throws(CryptographyError) {
        store = try Self.makeStore()
        guard X509_STORE_set_default_paths(store) == 1 else { throw .fromOpenSSL("trusted certificates of the system") }
    }

    /// Only these, self-signed or not.
    package init(_ roots: [Certificate]) throws(CryptographyError) {
        store = try Self.makeStore()
        for root in roots {
            guard X509_STORE_add_cert(store, root.pointer) == 1 else { throw .fromOpenSSL("trusted certificate") }
        }
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
    }

    deinit { X509_STORE_free(store) }

    /// Checks that the certificate leads to one of these authorities, serves the host and is valid at the time (seconds since 1970).
    ///
    /// Throws ``CryptographyError/failed(_:)`` with OpenSSL's reason when it does not.
    package func verify(
        _ certificate: Certificate,
        intermediates: [Certificate] = [],
        host: String,
        atUnixTime seconds: Int
    ) throws(CryptographyError) {
        guard !host.isEmpty, !host.utf8.contains(0) else { throw .invalidParameter("host") }
        guard let context = X509_STORE_CTX_new(), let chain = OPENSSL_sk_new_null() else { throw .fromOpenSSL("certificate chain") }
        defer {
            X509_STORE_CTX_free(context)
            OPENSSL_sk_free(chain)
            ERR_clear_error()
        }
        for intermediate in intermediates { OPENSSL_sk_push(chain, UnsafeRawPointer(intermediate.pointer)) }
        guard X509_STORE_CTX_init(context, store, certificate.pointer, chain) == 1,
            let parameters = X509_STORE_CTX_get0_param(context),
            X509_VERIFY_PARAM_set1_host(parameters, host, host.utf8.count) == 1,
            X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER) == 1
        else { throw .fromOpenSSL("certificate chain") }
        X509_VERIFY_PARAM_set_time(parameters, seconds)
        let isTrusted = withExtendedLifetime((certificate, intermediates)) { X509_verify_cert(context) == 1 }
        guard isTrusted else {
            let reason = X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(context)))
            throw .failed(reason.map { String(cString: $0) } ?? "the certificate is not trusted")
        }
    }

    private static func makeStore() throws(CryptographyError) -> OpaquePointer {
        guard let store = X509_STORE_new() else { throw .fromOpenSSL("certificate store") }
        return store
    }
}
