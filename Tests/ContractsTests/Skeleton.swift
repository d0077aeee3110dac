import Testing

@Suite struct ContractsSkeleton {
    @Test func builds() {}
}
