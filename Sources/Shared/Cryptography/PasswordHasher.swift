import Dispatch
import Synchronization

/// Hashes and checks passwords away from the cooperative threads, at most two at once.
///
/// One hash takes 128 MiB and about a second by default, so more at once would exhaust a small machine: the others wait in line,
/// and beyond `waitingLimit` of them the caller gets ``CryptographyError/busy`` at once.
package final class PasswordHasher: Sendable {
    private struct State {
        var running = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let parameters: Scrypt.Parameters
    private let concurrency: Int
    private let waitingLimit: Int
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "datamailer.passwords", attributes: .concurrent)

    package init(parameters: Scrypt.Parameters = .recommended, concurrency: Int = 2, waitingLimit: Int = 32) {
        precondition(concurrency > 0 && waitingLimit >= 0, "limits of a password hasher")
        self.parameters = parameters
        self.concurrency = concurrency
        self.waitingLimit = waitingLimit
    }

    /// The record to store for the password, with a fresh 16-byte salt.
    package func hash(_ password: String) async throws(CryptographyError) -> String {
        let salt = SecureRandom.bytes(16)
        let hash = try await derive(password, salt: salt, parameters: parameters, byteCount: 32)
        return PasswordRecord(parameters: parameters, salt: salt, hash: hash).description
    }

    /// Whether the password is the one of the record, by the parameters that the record names.
    ///
    /// With no record (an unknown user) it hashes all the same and answers false, so that time does not tell who exists.
    package func verify(_ password: String, against record: String?) async throws(CryptographyError) -> Bool {
        guard let record else {
            _ = try await derive(password, salt: SecureRandom.bytes(16), parameters: parameters, byteCount: 32)
            return false
        }
        let stored = try PasswordRecord(record)
        let hash = try await derive(password, salt: stored.salt, parameters: stored.parameters, byteCount: stored.hash.count)
        return ConstantTime.areEqual(hash, stored.hash)
    }

    /// Whether the record was made with other parameters than today's, and the password should be hashed anew at the next login.
    package func needsRehash(_ record: String) -> Bool {
        (try? PasswordRecord(record))?.parameters != parameters
    }
}

extension PasswordHasher {
    private func derive(
        _ password: String,
        salt: [UInt8],
        parameters: Scrypt.Parameters,
        byteCount: Int
    ) async throws(CryptographyError) -> [UInt8] {
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Result<[UInt8], CryptographyError>, Never>) in
            let isQueued = submit {
                do throws(CryptographyError) {
                    let key = try Scrypt.deriveKey(from: password.utf8, salt: salt, parameters: parameters, byteCount: byteCount)
                    continuation.resume(returning: .success(key))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
            if !isQueued { continuation.resume(returning: .failure(.busy)) }
        }
        return try outcome.get()
    }

    /// Runs the job as soon as its turn comes; false when the line is full.
    func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        let decision = state.withLock { state -> Bool? in
            if state.running < concurrency {
                state.running += 1
                return true
            }
            guard state.waiting.count < waitingLimit else { return nil }
            state.waiting.append(job)
            return false
        }
        if decision == true { start(job) }
        return decision != nil
    }

    private func start(_ job: @escaping @Sendable () -> Void) {
        queue.async {
            job()
            let next = self.state.withLock { state -> (@Sendable () -> Void)? in
                guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
                state.running -= 1
                return nil
            }
            if let next { self.start(next) }
        }
    }
}
