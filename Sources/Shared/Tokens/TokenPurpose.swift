/// What a token lets its bearer do.
///
/// A token of one purpose is worthless for every other.
package enum TokenPurpose: String, CaseIterable, Sendable {
    /// The open pixel.
    case open
    /// A click on one link.
    case click
    /// The unsubscribe page and one-click unsubscribe; mail programs know its links, so it can only stop mail.
    case unsubscribe
    /// The message shown in a browser.
    case view
    /// Confirming an address.
    case confirm
    /// The preference page, which also lets mail through again.
    case preferences
}
