import Contracts
import Email

/// What a call may give as an address.
enum AddressRules {
    /// - Throws: `email: required|invalid`, with the reason in words.
    static func address(_ text: String) throws(ValidationFailure) -> EmailAddress {
        do throws(EmailAddressError) {
            return try EmailAddress(text)
        } catch {
            throw ValidationFailure(["email": error.fieldCode], details: ["email": "\(error)"])
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
