import ArgumentParser
import CSV
import Model

/// Whose export a file is.
enum ImportFileFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case csv, mailchimp, listmonk
}

/// One CSV to import, and how its rows are read.
struct ImportPart {
    let input: any ImportInput
    let format: ImportFileFormat
    /// Of the pages, as the service must read them.
    let encoding: CSVEncoding
    private let decoding: CSVEncoding

    /// The parts of a file: one, or the members' files of a Mailchimp archive, those who must not be mailed first.
    static func parts(of file: ImportFile, format: ImportFileFormat, encoding name: String) throws -> [ImportPart] {
        guard let decoding = CSVEncoding(name: name) else {
            throw CommandFailure("--encoding: \(name) is not known; use utf-8, latin-1 or windows-1252")
        }
        guard try file.isArchive() else { return [ImportPart(file, format, decoding)] }
        guard format == .mailchimp else {
            throw CommandFailure("\(file.path): an archive; only --format mailchimp reads one")
        }
        let entries = try ZipArchive(path: file.path).entries()
        let members = MailchimpTranslation.Kind.allCases.flatMap { kind in
            entries.filter { MailchimpTranslation.kind(ofFile: $0.name) == kind }
        }
        guard !members.isEmpty else {
            throw CommandFailure("\(file.path): no file of members (subscribed_…csv, unsubscribed_…csv, cleaned_…csv) is in the archive")
        }
        return members.map { ImportPart($0, format, decoding) }
    }

    /// A file of our own format, in UTF-8.
    static func csv(_ file: ImportFile) -> ImportPart { ImportPart(file, .csv, .utf8) }

    private init(_ input: any ImportInput, _ format: ImportFileFormat, _ decoding: CSVEncoding) {
        self.input = input
        self.format = format
        self.decoding = decoding
        // Translated rows are UTF-8 whatever the file was.
        encoding = format == .csv ? decoding : .utf8
    }

    func pager() -> any ImportPager {
        switch format {
        case .csv: CSVPager(encoding: decoding, maximumPageBytes: 1 << 20, maximumPageRecords: 10_000)
        case .listmonk: TranslatingPager(encoding: decoding) { ListmonkTranslation(header: $0) }
        case .mailchimp:
            TranslatingPager(encoding: decoding) { [title = input.title] in try MailchimpTranslation(header: $0, fileName: title) }
        }
    }

    /// Under which an import is found again, interrupted or ended; the same bytes read otherwise, or for others, are another import.
    ///
    /// - Parameter repetition: how often the ended import is applied anew.
    func idempotencyKey(_ fingerprint: String, audienceID: AudienceID, repetition: Int) -> String {
        let kind =
            switch format {
            case .csv: "file"
            case .listmonk: "listmonk"
            case .mailchimp: "mailchimp-\(MailchimpTranslation.kind(ofFile: input.title)?.rawValue ?? "members")"
            }
        return "\(kind):\(fingerprint):\(decoding.rawValue):\(audienceID)" + (repetition > 0 ? ":\(repetition)" : "")
    }
}
