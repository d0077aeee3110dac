/// A root, a leaf that it signed for `sns.eu-west-1.amazonaws.test`, a certificate with an elliptic curve key, and signatures of the leaf's key.
enum CertificateFixtures {
    /// A time at which all of them are valid (March 2030).
    static let time = 1_900_000_000
    static let host = "sns.eu-west-1.amazonaws.test"
    static let message = "Message\nhello\n"

    static let root = """
        -----BEGIN CERTIFICATE-----
        MIIDGzCCAgOgAwIBAgIUDS4iuqeEbEzaQg+/QKMseDtQ7vswDQYJKoZIhvcNAQEL
        BQAwFDESMBAGA1UEAwwJVGVzdCBSb290MCAXDTI2MTEyMzIxMTkxM1oYDzIxMjYx
        MDMwMjExOTEzWjAUMRIwEAYDVQQDDAlUZXN0IFJvb3QwggEiMA0GCSqGSIb3DQEB
        AQUAA4IBDwAwggEKAoIBAQD7030voFIwhOve9PD7PaeFkfkWOZgvCpPnE8LB9Ntn
        nbPuTmtDR4p+JmL+LK8iX5vxHqxf13QegUynD1yXjg+zks2qp8patMEFIEP+Gyzw
        t1hlWJrP3BQiaYOKzw92+xTKD3BT5qwJ6Zeapnz82ASgRzvgMggejeUJpbDD7do8
        tM6QGg9GI5YleXWH9yq494ZIafNYLatY7t9rEjxslJTHrMtlmCXT3L8eOV1wCJc1
        bckW0hkxkuj4skqbQFmZaQPQuEJNotIPSiC+SYmJqaHhdbU8R4fQQZJM0N5+28wI
        LuXqXjEVux5KolpWkKFRdObYqtx9C+LwHlcoNs+mbm0jAgMBAAGjYzBhMB0GA1Ud
        DgQWBBREjzd3406kL+qS/EhSUdDQ9EuZHjAfBgNVHSMEGDAWgBREjzd3406kL+qS
        /EhSUdDQ9EuZHjAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwICBDANBgkq
        hkiG9w0BAQsFAAOCAQEAhYdAIbPCmJKL/VPbZIuQ/Dpu7paWv6rfVbFvl+XXmg7r
        al5E9zveIuUWR02tHloyU69ZkXyFtcx6ToSZXQb3YUreAuCgdqZbKu1R/ChhZMn+
        TMWMcxE5lkfxYCwNoFeVpypgiBM7UfSws1fmAQwc6Ulb1hrtQKQWCDhUoAok/iOk
        A7SD6xk9zBalLdrky4N1OhxMxkC7GJT/Q7FDVl3TOTKrfCgGy2JUdef/5t8nXjIs
        D3qfbfRw2eCVDBzoAinkTX3LjEidDeQqoEjU6/gV9h9/0/VEnJnjBO+GQWWMvh66
        bRQ3VeVABipCAmryjD+Ipom5NzCRZbsk8WZCGe7daw==
        -----END CERTIFICATE-----
        """

    static let leaf = """
        -----BEGIN CERTIFICATE-----
        MIIDRDCCAiygAwIBAgIUWXqWxiDAryX/O19XHPbjtt2eFKkwDQYJKoZIhvcNAQEL
        BQAwFDESMBAGA1UEAwwJVGVzdCBSb290MCAXDTI2MTEyMzIxMTkxNFoYDzIxMjYx
        MDI5MjExOTE0WjATMREwDwYDVQQDDAhzbnMudGVzdDCCASIwDQYJKoZIhvcNAQEB
        BQADggEPADCCAQoCggEBAJlG5AjVflvvVxzuEWITRpIjd/LbNt7qW3NBnpKjCmyQ
        PseuYPW/hFQvv9I/WxpBlNjDzVQ1fEwcvV+3s9XlEO+IgJchyxmegdjCT4C9hiV/
        IOXZReRGqR9YO4uioV3uuuZJvNEXHAwwgiozbPJ6OyNGCreHQynnpX4+ngFvjvaD
        kOyQOFEDntiLNPnJwQrAV8iWHVb5dkj9KhSkg3vL91HB+SDcla3v22NqwdmNhXI3
        kabQrmhxK7vN1kSqm0FlVh+/1YSZN01QC4Urp5xuEMU2H20QCWebMIDi0J+fviTV
        tJbmrZ7BxlJIeXwQpXVorLrUbwXH30cBK48I+jMm5a0CAwEAAaOBjDCBiTAnBgNV
        HREEIDAeghxzbnMuZXUtd2VzdC0xLmFtYXpvbmF3cy50ZXN0MAkGA1UdEwQCMAAw
        EwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYDVR0OBBYEFLwWyejvQTttcnYyUqf3RKbE
        NFYLMB8GA1UdIwQYMBaAFESPN3fjTqQv6pL8SFJR0ND0S5keMA0GCSqGSIb3DQEB
        CwUAA4IBAQDUtqzYzllz3HsHiyY+MdSxYjHiebjnvGBSSTT68RZsGziRHkMF1RLD
        0z0SqQjsbV4Fn3av3EpKTQrBcOVFVfdRnzn8YXAKB3mQp8RMdt0zI0rigNXfrCY8
        9CEUfHXVjMvc2SbRSHCA6la36qmpmPIgZn0qK3PGKQQ0/zk9Shj5JOT2LGueuFi5
        kDV2tsNUrSAyoDzRQbFcbP3lYDKdzA6SB03PfOtRSOUkVmdaJVyvtB1DVeGE98Mc
        BpO+lHueAeRoa1gfCSEqwVH0W63JIrHQ4cc/usUJ/S1w+GQxbaOLGspzpWXfs+tj
        NEvaWEKLXThRqbGtrx8doD2sruMh6w5p
        -----END CERTIFICATE-----
        """

    static let ellipticCurve = """
        -----BEGIN CERTIFICATE-----
        MIIBcTCCARegAwIBAgIUNxHZB1zKbMZIHcTtTeqj5WZL9PAwCgYIKoZIzj0EAwIw
        DTELMAkGA1UEAwwCZWMwIBcNMjYxMTIzMjExOTE0WhgPMjEyNjEwMzAyMTE5MTRa
        MA0xCzAJBgNVBAMMAmVjMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEviOIdw1p
        6480Lt19MdlI2zqUW4SA9Y5EkPofPA1e/hzhi2dCH+dSByzsfr7Q0+ylLgl/v9lx
        wYKxI+dBx17Z3KNTMFEwHQYDVR0OBBYEFLPEZOJuFFrTzlUQq+sQ46lggpeSMB8G
        A1UdIwQYMBaAFLPEZOJuFFrTzlUQq+sQ46lggpeSMA8GA1UdEwEB/wQFMAMBAf8w
        CgYIKoZIzj0EAwIDSAAwRQIhAKAVoJafu0HFFbhMOSvqtvp5o3uCKJooFsIjZy00
        1i9oAiAeqYfcW2GoByZXjnhzOoHaVsqoQ2u4FxNgVVNkR8CIbg==
        -----END CERTIFICATE-----
        """

    static let sha1Signature =
        "TKNcvt3GSijf+h2vXZQZFUyFQa70wKzk8ULJCdgkT4y6Q1J4BgjVwFKjEiyC0hdLEErj6u8hRiULeBKaOioyBwKJ9VawsPc+tmOm"
        + "IxqMgt6VdkfzK8sZy6seHYnv6V5M6XaTGKn/TooaDg67q7mylGRVp5YqUuCLKfbF8ZxI/fZANOxQBx4xrD8IubBZfFGwxmP4vAv4"
        + "oXCROQC8wLpTHmp22URzcTqKPFYXEsZQVFJNjs1Cw/XPzp06jAbtUczQA7VwVjt1a46WLhzIbVTz6+blm6WrwskKc7lRt4B5qufu"
        + "NFz7XwHsTt3Lac58nAo2XOKH7jxZHDo//TBgwgmXCg=="

    static let sha256Signature =
        "A5xjzhOmsGwmcf2W2L9kiS/LEwHxrfufjhvjdmR7lVZcTEyqI4lw2nf2RbpuJ2gVVHvbNz9KSk72wfg/+2aOI7T2JQP2fbKZ5Jrz"
        + "w4+biLs4KPjKXi5bV30Nnk9Z/bb6xEYCwHmp3cIr96AK26kJpVWBjI0N0CHej99DRsYNw72KxE3TbVROASAAEDX7ZGLcdeDuhoi5"
        + "jLNiMomJCTqD8x7yf9mIAd/8SrsOKb6p9CCPxkMf9l5oQVr/s+3vftzzVUH8bvQd6vy5k2Gt7JNY9QXdwdIPMPJJItSJIfauA0U4"
        + "rlIoDYX0eQerEGhfzIWG8YhlnDuVs5g8glGnL2RDEw=="
}
