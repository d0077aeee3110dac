import Testing

@testable import HTTPTransport

@Suite struct AddressPolicyTests {
    @Test(
        "addresses of this machine, private networks and special purposes are not public",
        arguments: [
            [0, 0, 0, 0], [10, 1, 2, 3], [100, 64, 0, 1], [100, 127, 255, 255], [127, 0, 0, 1], [169, 254, 169, 254], [172, 16, 0, 1],
            [172, 31, 255, 255], [192, 168, 0, 1], [198, 19, 0, 1], [224, 0, 0, 1], [255, 255, 255, 255], [],
        ] as [[UInt8]]
    )
    func privateIPv4(address: [UInt8]) {
        #expect(!AddressPolicy.isPublic(ipv4: address))
        #expect(!AddressPolicy.isPublic(ipv6: [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + address))
    }

    @Test(
        "other addresses are public",
        arguments: [[8, 8, 8, 8], [100, 63, 0, 1], [172, 32, 0, 1], [192, 167, 1, 1], [223, 1, 1, 1]] as [[UInt8]]
    )
    func publicIPv4(address: [UInt8]) {
        #expect(AddressPolicy.isPublic(ipv4: address))
    }

    @Test("IPv6 likewise")
    func ipv6() {
        let rest = [UInt8](repeating: 0, count: 13) + [1]
        for start in [[0, 0], [0xFC, 0], [0xFD, 1], [0xFE, 0x80], [0xFF, 2], [0x20, 0x02], [0x01, 0]] as [[UInt8]] {
            #expect(!AddressPolicy.isPublic(ipv6: start + rest))
        }
        for start in [[0x26, 0x06], [0x2A, 0x00]] as [[UInt8]] { #expect(AddressPolicy.isPublic(ipv6: start + rest)) }
    }
}
