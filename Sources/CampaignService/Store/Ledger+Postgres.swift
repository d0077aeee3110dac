import Postgres

// The ledger's small integers as Postgres holds them.

extension LedgerState: PostgresEncodable, PostgresDecodable {}

extension LedgerEvent.Kind: PostgresEncodable {}
