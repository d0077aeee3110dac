import Foundation
import JSON
import Templating
import Testing

/// One case of the public Golden Liquid suite.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    var name: String
    var template: String
    var data: JSONObject
    var results: [String]
    var isInvalid: Bool

    var testDescription: String { name }

    init?(_ json: JSONValue) {
        guard let name = json["name"]?.stringValue, let template = json["template"]?.stringValue else { return nil }
        self.name = name
        self.template = template
        data = json["data"]?.objectValue ?? JSONObject()
        isInvalid = json["invalid"]?.boolValue ?? false
        results = json["results"]?.arrayValue?.compactMap(\.stringValue) ?? json["result"]?.stringValue.map { [$0] } ?? []
        if json["templates"] != nil { return nil }
    }

    /// The suite when it stands beside the checkout, else nothing.
    static let all: [GoldenCase] = {
        let checkout = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let file = checkout.deletingLastPathComponent().appending(path: "shared/data/liquid-cases.json")
        guard let data = try? Data(contentsOf: file), let json = try? JSONValue.parse(data) else { return [] }
        return json["tests"]?.arrayValue?.compactMap(GoldenCase.init) ?? []
    }()
}

@Suite("The Golden Liquid suite, in strict mode without escaping")
struct GoldenLiquidTests {
    @Test("a case of the suite renders as it says", arguments: GoldenCase.all)
    func rendersAsExpected(_ golden: GoldenCase) {
        do {
            let text = try Template.compile(golden.template, dialect: .strictLiquid).renderText(golden.data, escape: .none)
            if golden.isInvalid {
                Issue.record("\(golden.name): must be refused, gave \(text.debugDescription) for \(golden.template.debugDescription)")
            } else {
                #expect(golden.results.contains(text), "\(golden.name): \(golden.template.debugDescription)")
            }
        } catch {
            if !golden.isInvalid { Issue.record("\(golden.name): \(golden.template.debugDescription): \(error)") }
        }
    }
}
