import ArgumentParser
import Foundation
import JSON
import Templating

/// Renders a Liquid file.
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Renders a Liquid file; faults are told with line and column."
    )

    @Argument(help: "The template file.", completion: .file())
    var template: String

    @Option(help: "A JSON file whose members are the template's variables.", completion: .file(extensions: ["json"]))
    var data: String?

    @Option(help: "html or none.")
    var escape: Escape = .html

    @Flag(help: "Liquid alone, without the Django spellings.")
    var strict = false

    @Flag(help: "An undefined variable is an error.")
    var strictVariables = false

    @Flag(help: "Answer as JSON.")
    var json = false

    enum Escape: String, ExpressibleByArgument, CaseIterable { case html, none }

    func run() async throws {
        let source = try Self.read(template)
        let context = try data.map(Self.context) ?? JSONObject()
        let output: String
        do {
            let compiled = try Template.compile(source, dialect: strict ? .strictLiquid : .standard)
            output = try compiled.renderText(
                context,
                escape: escape == .html ? .html : .none,
                undefined: strictVariables ? .error : .empty
            )
        } catch {
            throw CommandFailure("\(template):\(error.line):\(error.column): \(error.reason)")
        }
        if json {
            Terminal.line(JSONText.object([(key: "output", value: .string(output))]))
        } else {
            FileHandle.standardOutput.write(Data(output.utf8))
        }
    }

    private static func context(_ path: String) throws -> JSONObject {
        let value: JSONValue
        do {
            value = try JSONValue.parse(try read(path))
        } catch let error as JSONParseError {
            throw CommandFailure("\(path): not JSON: \(error)")
        }
        guard let object = value.objectValue else { throw CommandFailure("\(path): not a JSON object") }
        return object
    }

    private static func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandFailure("\(path): cannot be read") }
        guard let text = String(validating: data, as: UTF8.self) else { throw CommandFailure("\(path): not UTF-8") }
        return text
    }
}
