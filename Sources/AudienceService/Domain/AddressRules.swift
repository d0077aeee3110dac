import Contracts
import Email

/// What a call may give as an address.
enum AddressRules {
    /// - Throws: `email: required|invalid`.
    static func address(_ text: String) throws(ValidationFailure) -> EmailAddress {
        do throws(EmailAddressError) {
            return try EmailAddress(text)
        } catch {
            throw .field("email", error == .empty ? "required" : "invalid")
        }
    }
}

extension ContactPatch {
    /// Says nothing but that the address is there.
    init(_ address: EmailAddress) {
        self.init(email: address.normalized)
        if address.original != address.normalized { emailOriginal = address.original }
    }
}
