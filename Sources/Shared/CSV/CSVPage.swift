/// Some whole records of a file, on their way to whoever imports them.
package struct CSVPage: Sendable, Equatable {
    /// The records as they stand in the file, with as many line ends between them as keep every record on its line.
    package var bytes: [UInt8] = []
    /// The line of the file of the first byte.
    package var firstLine: Int
    /// The number of the first data record, from 1; the header is not counted.
    package var firstItem: Int
    package var recordCount = 0
    /// What could not be split, with its place.
    package var refusals: [CSVRefusal] = []

    package init(firstLine: Int, firstItem: Int) {
        self.firstLine = firstLine
        self.firstItem = firstItem
    }
}
