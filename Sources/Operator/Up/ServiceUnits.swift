import Foundation
import ServiceRuntime

/// What `up` keeps running, from the sockets that it holds.
struct ServiceUnits: Sendable {
    var state: StateDirectory
    var variables: ServiceVariables
    /// Where the executables are.
    var directory: String

    /// Who stops first: the gateway lets nothing new in, then those that call others, then those that are called.
    static func stage(_ name: ServiceName) -> Int {
        switch name {
        case .gateway: 0
        case .delivery: 1
        case .tracking: 2
        case .campaign: 3
        case .audience: 4
        }
    }

    /// Binds the service's socket, takes the HTTP listener for the gateway.
    func unit(_ name: ServiceName, http: ListeningSocket) throws -> SupervisedUnit {
        let executable = "\(directory)/\(name.executableName)"
        guard access(executable, X_OK) == 0 else {
            throw CommandFailure("\(executable) is missing: it belongs beside the datamailer command")
        }
        let rpc = try ListeningSocket.unix(path: "\(state.runtime)/\(name.socketFileName)")
        var command = ChildCommand(
            executable: executable,
            environment: try variables.variables(for: name),
            log: try LogFile.open("\(state.logs)/\(name.rawValue).log")
        )
        command.sockets = [(name.descriptorName, rpc.descriptor)]
        if name == .gateway { command.sockets.append(("gateway-http", http.descriptor)) }
        let stage = Self.stage(name)
        return SupervisedUnit(name: name.rawValue, command: command, stage: stage, endLimit: .milliseconds(9_000 + stage * 1_500))
    }

    /// The directory of this very executable.
    static func ownDirectory() throws -> String {
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"), let slash = path.lastIndex(of: "/")
        else {
            throw CommandFailure("/proc is not there")
        }
        return String(path[..<slash])
    }
}
