import Foundation

/// Names this process in the ledger.
enum WorkerName {
    static let current = "\(ProcessInfo.processInfo.hostName)-\(ProcessInfo.processInfo.processIdentifier)"
}
