import JSONRPC

/// The one failure shape of calls that check user input: every fault of the input together.
///
/// The gateway turns it into `{"error":{"code":"validation_error","fields":{…}}}`; the status follows the reasons and
/// the method (API.md section 1).
package struct ValidationFailure: RPCFailure, Codable {
    /// Field (dotted for nested ones) to reason, for example `members.0.email` to `invalid`.
    package var fields: [String: String]
    /// A longer explanation by field, for example where a template broke: `line 3, column 7: …`.
    package var details: [String: String]?

    package var kind: String { "validation" }

    package init(_ fields: [String: String], details: [String: String]? = nil) {
        self.fields = fields
        self.details = details
    }

    package static func field(_ field: String, _ reason: String) -> ValidationFailure { ValidationFailure([field: reason]) }
}
