import Drawing
import Layers

extension Gate {
  /// The colour that the gate has in every picture of a chapter.
  public var hue: Hue {
    switch self {
    case .i, .r: .blue
    case .f, .z: .orange
    case .g, .h: .green
    case .o: .purple
    }
  }
}

extension Picture {
  /// The tensors of a layout in proportion, cut into their gates.
  ///
  ///     try Picture.weights("ONNX", of: WeightLayout(.onnx, .lstm), inputs: 3, units: 4)
  ///
  /// - Parameter leading: axes of length one before those of the layout, such as ONNX' axis of directions.
  public static func weights(
    _ title: String, of layout: WeightLayout, inputs D: Int, units H: Int, leading: [Int] = []
  ) -> Picture {
    let matrices = layout.entries.filter { !$0.gates.isEmpty }.map { entry in
      matrix(entry, D: D, H: H, leading: leading)
    }
    return weightLayout(title: title, matrices: matrices)
  }

  private static func matrix(
    _ entry: WeightLayout.Entry, D: Int, H: Int, leading: [Int]
  ) -> WeightMatrix {
    let gates = entry.gates.map { HeatMapBlock($0.rawValue, count: H, hue: $0.hue) }
    let sides = entry.parts.map { part -> HeatMapBlock in
      switch part {
      case .kernel: HeatMapBlock("x", count: D)
      case .recurrentKernel: HeatMapBlock("h", count: H)
      // A bias is one row; the second one meets h.
      case .bias: HeatMapBlock("x", count: 1)
      case .recurrentBias: HeatMapBlock("h", count: 1)
      case .peepholes, .projection: HeatMapBlock("c", count: 1)
      }
    }
    let name = entry.name.replacing("_", with: #"\_"#)
    let isMatrix = entry.parts.contains(.kernel) || entry.parts.contains(.recurrentKernel)
    let (rows, columns) = entry.joint == .columns ? ([sides[0]], sides.flatMap { _ in gates }) : (sides, gates)
    let size = (rows: rows.reduce(0) { $0 + $1.count }, columns: columns.reduce(0) { $0 + $1.count })
    let shape =
      entry.isTransposed
      ? [size.columns, size.rows] : isMatrix || rows.count > 1 ? [size.rows, size.columns] : [size.columns]
    return WeightMatrix(
      name, rows: entry.isTransposed ? columns : rows, columns: entry.isTransposed ? rows : columns,
      shape: (leading + shape).map(String.init).joined(separator: " × "),
      gatesAreRows: entry.isTransposed)
  }
}
