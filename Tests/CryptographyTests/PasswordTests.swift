import Dispatch
import Testing

@testable import Cryptography

@Suite struct PasswordTests {
    static let cheap = Scrypt.Parameters(logarithmOfCost: 4, blockSize: 8, parallelism: 1)

    @Test("keys equal the test vectors of RFC 7914, also beyond OpenSSL's own memory limit")
    func vectors() throws {
        let first = try Scrypt.deriveKey(
            from: "password".utf8,
            salt: "NaCl".utf8,
            parameters: .init(logarithmOfCost: 10, blockSize: 8, parallelism: 16),
            byteCount: 64
        )
        #expect(
            Hexadecimal.encode(first)
                == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        )
        _ = try Scrypt.deriveKey(
            from: "p".utf8,
            salt: "NaClNaCl".utf8,
            parameters: .init(logarithmOfCost: 15, blockSize: 8, parallelism: 1)
        )
    }

    @Test("a record names its parameters and verifies only its own password")
    func roundTrip() async throws {
        let hasher = PasswordHasher(parameters: Self.cheap)
        let record = try await hasher.hash("correct horse")
        #expect(record.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(try await hasher.verify("correct horse", against: record))
        #expect(try await !hasher.verify("correct horsf", against: record))
        #expect(try await !hasher.verify("", against: record))
        #expect(try await hasher.hash("correct horse") != record)
    }

    @Test("an old record verifies by its own parameters and asks to be hashed anew")
    func rehash() async throws {
        let old = try await PasswordHasher(parameters: Self.cheap).hash("secret")
        let today = PasswordHasher(parameters: .init(logarithmOfCost: 5, blockSize: 8, parallelism: 1))
        #expect(try await today.verify("secret", against: old))
        #expect(today.needsRehash(old))
        #expect(try await !today.needsRehash(today.hash("secret")))
    }

    @Test("no record never verifies")
    func unknownUser() async throws {
        #expect(try await !PasswordHasher(parameters: Self.cheap).verify("", against: nil))
    }

    @Test(
        "a malformed or ruinous record is an error",
        arguments: [
            "", "plain", "$scrypt$", "$scrypt$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$",
            "$scrypt$ln=4,r=8$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=99,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=24,r=64,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=-4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$scrypt$ln=4,r=8,p=99999999999999999999$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
            "$argon2id$ln=4,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA",
        ]
    )
    func malformed(record: String) async {
        await #expect(throws: CryptographyError.self) {
            try await PasswordHasher(parameters: Self.cheap).verify("x", against: record)
        }
    }

    @Test("beyond the waiting limit a caller is told at once, and the line moves on", .timeLimit(.minutes(1)))
    func busy() async throws {
        let hasher = PasswordHasher(parameters: Self.cheap, concurrency: 1, waitingLimit: 1)
        let gate = DispatchSemaphore(value: 0)
        #expect(hasher.submit { gate.wait() })
        #expect(hasher.submit {})
        #expect(!hasher.submit {})
        await #expect(throws: CryptographyError.busy) { try await hasher.hash("x") }
        gate.signal()
        await withCheckedContinuation { continuation in
            while !hasher.submit({ continuation.resume() }) {}
        }
        #expect(try await hasher.hash("x").hasPrefix("$scrypt$"))
    }
}
