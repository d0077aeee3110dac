/// The migrations of every service's schema: the service checks them at its start, `datamailer migrate` applies them.
///
/// Files are `SQL/<service>_v<number>_<what>.sql` (embedding flattens folders, so the service stands in the name); forward only.
package enum Schemas {}
