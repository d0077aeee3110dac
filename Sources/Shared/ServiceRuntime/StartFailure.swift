/// Why a service cannot start; its text is one line for a person.
package struct StartFailure: Error, CustomStringConvertible, Equatable {
    package var description: String
    package init(_ description: String) { self.description = description }
}
