import COpenSSL

extension Certificate {
    /// Reads one certificate in DER, as authorities publish their intermediate ones (RFC 5280, 4.2.2.1); 64 KiB at most.
    package convenience init(der bytes: some Collection<UInt8>) throws(CryptographyError) {
        guard !bytes.isEmpty, bytes.count <= 65_536 else { throw .malformed("length of a DER certificate") }
        let parsed = bytes.withContiguousBytes { buffer -> OpaquePointer? in
            var position = buffer.baseAddress
            return d2i_X509(nil, &position, buffer.count)
        }
        ERR_clear_error()
        guard let parsed else { throw .malformed("no DER certificate") }
        self.init(owning: parsed)
    }

    /// Where the issuer's certificate can be fetched, as the certificate says (authority information access); at most four http URLs.
    package var issuerURLs: [String] {
        guard let extensions = X509_get_ext_d2i(pointer, NID_info_access, nil, nil) else { return [] }
        let access = OpaquePointer(extensions)
        defer { OPENSSL_sk_pop_free(access, { $0.map { ACCESS_DESCRIPTION_free($0.assumingMemoryBound(to: ACCESS_DESCRIPTION.self)) } }) }
        var urls: [String] = []
        for index in 0..<min(OPENSSL_sk_num(access), 16) {
            guard let item = OPENSSL_sk_value(access, index)?.assumingMemoryBound(to: ACCESS_DESCRIPTION.self).pointee,
                OBJ_obj2nid(item.method) == NID_ad_ca_issuers, let location = item.location, location.pointee.type == GEN_URI,
                let text = location.pointee.d.uniformResourceIdentifier
            else { continue }
            let bytes = UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text)))
            let url = String(decoding: bytes, as: UTF8.self)
            if url.hasPrefix("http://") || url.hasPrefix("https://"), url.utf8.count <= 500 { urls.append(url) }
        }
        return Array(urls.prefix(4))
    }
}
