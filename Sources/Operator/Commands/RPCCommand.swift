import ArgumentParser
import JSON
import JSONRPC
import ServiceRuntime

/// Calls any method.
struct RPCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rpc",
        abstract: "Calls a method of a service and prints its result.",
        discussion: "datamailer rpc campaign rpc.discover lists the methods."
    )

    @Option(help: "State directory of `datamailer up`.")
    var state: String?

    @Flag(help: "Accepted for the sake of scripts; the answer is JSON always.")
    var json = false

    @Argument(help: "audience, campaign, delivery, tracking or gateway.")
    var service: String

    @Argument(help: "For example campaign.get.")
    var method: String

    @Argument(help: "The parameters, a JSON object.")
    var params: String?

    func run() async throws {
        guard let name = ServiceName(rawValue: service) else { throw ValidationError("\(service) is not a service") }
        var options = ServiceOptions()
        options.state = state
        var bytes: ArraySlice<UInt8>?
        if let params {
            do {
                bytes = ArraySlice(try JSONValue.parse(params).text.utf8)
            } catch {
                throw ValidationError("the parameters are not JSON: \(error)")
            }
        }
        let answer: (result: ArraySlice<UInt8>?, error: ArraySlice<UInt8>?)
        do {
            answer = try await options.client(name).callRaw(method: method, params: bytes)
        } catch {
            throw CommandFailure("the \(service) service cannot be reached in \(options.runtimeDirectory): \(error)")
        }
        if let error = answer.error { throw CommandFailure(String(decoding: error, as: UTF8.self)) }
        Terminal.line(String(decoding: answer.result ?? [], as: UTF8.self))
    }
}
