import Testing

/// Real processes, started as a person starts them; one after the other, because each test runs five services and a Postgres.
@Suite("End to end", .serialized) struct EndToEnd {}
