import Formulas
import TextLayout

/// A stretch of neighbouring rows or columns that belong together, such as the columns of one gate.
public struct HeatMapBlock: Equatable, Sendable {
  public var name: String
  public var count: Int
  /// nil for the next of the palette: blue, orange, green, purple, as the gates i, f, c̃, o have them everywhere.
  public var hue: Hue?

  public init(_ name: String, count: Int, hue: Hue? = nil) {
    (self.name, self.count, self.hue) = (name, max(count, 0), hue)
  }
}

extension Picture {
  /// A matrix as coloured fields: gates over time (rows are units, columns are steps), or weights with their gate
  /// blocks.
  ///
  ///     Picture.heatMap(
  ///       title: "W_x of an LSTM, 7 × 52", values: wx, rowTitle: "input",
  ///       blocks: ["i", "f", #"\tilde{c}"#, "o"].map { HeatMapBlock($0, count: 13) }, scale: .signed)
  ///
  /// - Parameters:
  ///   - values: the rows of the matrix, top to bottom. All must have the same length. What is no number is grey.
  ///   - rowNames: one label a row; without any, rows with a title are numbered from 1. `columnNames`
  ///     likewise; where there is no room only some are shown.
  ///   - rowTitle: what a row is (`unit`). `columnTitle` likewise (`step`).
  ///   - blocks: stretches of columns from the left, outlined and named. `rowBlocks` likewise from the top.
  ///   - scale: how numbers become colours.
  ///   - sources: the formulas whose elements the rows are, where they may change on the page.
  ///   - digits: writes every number into its field with so many digits after the point; for small matrices.
  ///   - alternative: replaces the text alternative, which else states the size and the range.
  public static func heatMap(
    title: String, values: [[Double]], rowNames: [String] = [], columnNames: [String] = [],
    rowTitle: String = "", columnTitle: String = "", blocks: [HeatMapBlock] = [], rowBlocks: [HeatMapBlock] = [],
    scale: HeatMapScale = .automatic, digits: Int? = nil, sources: [Formula] = [], alternative: String? = nil
  ) -> Picture {
    guard let width = values.first?.count, width > 0 else { return .note(title: title, "A matrix without elements.") }
    /// An axis that has a title and no names is numbered from 1, unless its blocks have names.
    func names(_ given: [String], _ count: Int, _ title: String, _ blocks: [HeatMapBlock]) -> [String] {
      if given.count == count { return given }
      return title.isEmpty || !blocks.isEmpty ? [] : (0..<count).map { "\($0 + 1)" }
    }
    guard values.allSatisfy({ $0.count == width }) else {
      return .note(title: title, "The rows of this matrix differ in length.")
    }
    let map = HeatMap(
      values: values, rowNames: names(rowNames, values.count, rowTitle, rowBlocks),
      columnNames: names(columnNames, width, columnTitle, blocks), rowTitle: rowTitle, columnTitle: columnTitle,
      columnBlocks: blocks, rowBlocks: rowBlocks, scale: ValueScale(scale, values: values.joined()), digits: digits,
      sources: sources.count == values.count ? sources : [])
    return Picture(title: title, alternative: alternative, content: map)
  }
}

/// A heat map and what stands around it.
struct HeatMap: PictureContent {
  let values: [[Double]]
  var rowNames: [String]
  var columnNames: [String]
  var rowTitle: String
  var columnTitle: String
  var columnBlocks: [HeatMapBlock]
  var rowBlocks: [HeatMapBlock]
  /// Before the numbers of the columns that a narrow terminal shows at once.
  var columnsName = "columns"
  let scale: ValueScale
  let digits: Int?
  /// The formulas whose elements the rows are; empty where they are not known.
  var sources: [Formula] = []

  var rowCount: Int { values.count }
  var columnCount: Int { values[0].count }

  func worded(_ words: Wording) -> HeatMap {
    func blocks(_ blocks: [HeatMapBlock]) -> [HeatMapBlock] {
      blocks.map { HeatMapBlock(words(ProseText($0.name)), count: $0.count, hue: $0.hue) }
    }
    var map = self
    map.rowNames = rowNames.map { words(ProseText($0)) }
    map.columnNames = columnNames.map { words(ProseText($0)) }
    (map.rowTitle, map.columnTitle) = (words(ProseText(rowTitle)), words(ProseText(columnTitle)))
    (map.rowBlocks, map.columnBlocks) = (blocks(rowBlocks), blocks(columnBlocks))
    map.columnsName = words(ProseText(columnsName))
    return map
  }

  func summary(_ words: Wording) -> String {
    func list(_ blocks: [HeatMapBlock]) -> String {
      blocks.map { "\(Label($0.name).plain) (\($0.count))" }.joined(separator: ", ")
    }
    let finite = values.joined().filter(\.isFinite)
    var facts: [String] = []
    if let least = finite.min(), let greatest = finite.max() {
      let (least, greatest) = (NumberText.short(least), NumberText.short(greatest))
      facts.append(
        words("A heat map of \(rowCount) rows and \(columnCount) columns, values from \(least) to \(greatest)"))
    } else {
      facts.append(words("A heat map of \(rowCount) rows and \(columnCount) columns"))
    }
    if !columnBlocks.isEmpty { facts.append(words("blocks of columns: \(list(columnBlocks))")) }
    if !rowBlocks.isEmpty { facts.append(words("blocks of rows: \(list(rowBlocks))")) }
    return facts.joined(separator: "; ") + "."
  }

  func number(_ value: Double) -> String { NumberText.fixed(value, digits: digits ?? 2) }

  /// Where each block begins and ends, as far as it lies in the matrix.
  static func ranges(_ blocks: [HeatMapBlock], limit: Int) -> [BlockRange] {
    var start = 0
    return blocks.enumerated().compactMap { index, block in
      let range = start..<start + min(block.count, limit - start)
      start = range.upperBound
      return range.isEmpty ? nil : BlockRange(name: block.name, hue: block.hue ?? .number(index), range: range)
    }
  }
}

/// A block with its colour and its place.
struct BlockRange: Equatable, Sendable {
  var name: String
  var hue: Hue
  var range: Range<Int>
}
