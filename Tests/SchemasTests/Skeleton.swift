import Testing

@Suite struct SchemasSkeleton {
    @Test func builds() {}
}
