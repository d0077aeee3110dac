/// What a token lets its bearer do.
///
/// A token of one purpose is worthless for every other.
package enum TokenPurpose: String, CaseIterable, Sendable {
    /// The open pixel.
    case open
    /// A click on one link.
    case click
    /// One-click unsubscribe and the preference page.
    case unsubscribe
    /// The message shown in a browser.
    case view
    /// Confirming an address.
    case confirm
}
