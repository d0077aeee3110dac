import Postgres

extension ContactPatch {
    /// The change of attributes as the database takes it.
    var storedAttributes: RawJSONText { RawJSONText(attributes.isEmpty ? "{}" : attributes) }
}
