import TextLayout

/// A recurrent layer in a picture of a network over time.
public struct UnrolledLayer: Equatable, Sendable {
  /// The symbol of its output without the step: `h`, `h'`.
  public var symbol: String
  /// What the layer is and how large: `LSTM, 13 units`.
  public var name: String
  public var hue: Hue
  /// Two directions; the second one has its arrows to the left.
  public var isBidirectional: Bool
  /// The shape of its output at one step, beside the arrow that leaves it: `[13]`.
  public var shape: String

  public init(_ symbol: String, name: String = "", shape: String = "", hue: Hue = .blue, isBidirectional: Bool = false)
  {
    (self.symbol, self.name, self.shape) = (symbol, name, shape)
    (self.hue, self.isBidirectional) = (hue, isBidirectional)
  }
}

/// The layer above the recurrent ones, the same at every step or only at the last one.
public struct UnrolledDense: Equatable, Sendable {
  public var symbol: String
  public var name: String
  public var shape: String
  /// The colour of the symbol on its page; nil where it has none.
  public var hue: Hue?
  /// Only the last step has an output.
  public var isLastStepOnly: Bool

  public init(
    _ symbol: String = "y", name: String = "Dense", shape: String = "", hue: Hue? = nil, isLastStepOnly: Bool = false
  ) {
    (self.symbol, self.name, self.shape, self.hue) = (symbol, name, shape, hue)
    self.isLastStepOnly = isLastStepOnly
  }
}

extension Picture {
  /// A network over time: a column is a step, a row is a layer, and the same weights stand in every box of a row.
  ///
  ///     Picture.unrolledNetwork(
  ///       title: "Two recurrent layers", steps: 6, inputShape: "[2]",
  ///       layers: [UnrolledLayer("h", name: "SimpleRNN", shape: "[5]"),
  ///                UnrolledLayer("h'", name: "SimpleRNN", shape: "[7]", hue: .orange)],
  ///       dense: UnrolledDense(name: "Dense", shape: "[3]"))
  ///
  /// The first steps and the last one are drawn, with an ellipsis where there are more. No recurrent layer at all is
  /// TimeDistributed: a dense layer at every step, with nothing between the steps.
  ///
  /// - Parameters:
  ///   - steps: how many there are; the first one is step 1, and the state before it has the number 0.
  ///   - inputShape: the shape of x_t at one step.
  ///   - layers: bottom to top.
  ///   - dense: nil where the recurrent output is the network's output.
  ///   - initialState: what goes into the first step of every recurrent layer.
  public static func unrolledNetwork(
    title: String, steps: Int, inputShape: String = "", layers: [UnrolledLayer], dense: UnrolledDense? = nil,
    initialState: String = "0", alternative: String? = nil
  ) -> Picture {
    guard steps > 0, !layers.isEmpty || dense != nil else {
      return .note(title: title, "A network without steps or layers.")
    }
    let network = UnrolledNetwork(
      steps: steps, inputShape: inputShape, layers: layers, dense: dense, initialState: initialState)
    return Picture(title: title, alternative: alternative, content: network)
  }
}

struct UnrolledNetwork: PictureContent {
  let steps: Int
  let inputShape: String
  var layers: [UnrolledLayer]
  var dense: UnrolledDense?
  let initialState: String

  func worded(_ words: Wording) -> UnrolledNetwork {
    var network = self
    for layer in layers.indices { network.layers[layer].name = words(ProseText(layers[layer].name)) }
    network.dense?.name = words(ProseText(dense?.name ?? ""))
    return network
  }

  func summary(_ words: Wording) -> String {
    let names = layers.map { layer -> String in
      let name = layer.name.isEmpty ? words("a recurrent layer") : Label(layer.name).plain
      let directed = layer.isBidirectional ? words("bidirectional \(name)") : name
      let (symbol, shape) = (Label(layer.symbol).plain, Label(layer.shape).plain)
      return shape.isEmpty
        ? words("\(directed) with output \(symbol)") : words("\(directed) with output \(symbol) of shape \(shape)")
    }
    let top = dense.map { dense -> String in
      let (name, symbol) = (Label(dense.name).plain, Label(dense.symbol).plain)
      return dense.isLastStepOnly
        ? words("\(name) with output \(symbol) at the last step")
        : words("\(name) with output \(symbol) at every step")
    }
    let list = (["x"] + names + [top].compactMap { $0 }).joined(separator: ", ")
    let network = words("A network unrolled over \(steps) steps, from the input upwards: \(list).")
    guard !layers.isEmpty else { return network }
    return network + " " + words("Every recurrent layer starts from \(Label(initialState).plain).")
  }

  /// The steps that are drawn; nil is the ellipsis.
  func shown(atMost limit: Int) -> [Int?] {
    guard steps > limit else { return Array(0..<steps) }
    return Array(0..<max(limit - 2, 1)) + [nil, steps - 1]
  }

  func draw(on canvas: inout Canvas) { diagram(columns: 4).draw(on: &canvas) }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    for count in stride(from: 6, through: 3, by: -1) {
      let diagram = diagram(columns: count)
      if diagram.width <= columns { return diagram.lines(colour: colour) }
    }
    return list.flatMap { wrapped($0, width: columns, hanging: 2) }.map { StyledLine($0) }
  }

  /// For narrow windows: the layers top to bottom, in words.
  private var list: [String] {
    func line(_ symbol: String, _ name: String, _ shape: String) -> String {
      [Label("\(symbol)_t").plain, Label(name).plain, Label(shape).plain].filter { !$0.isEmpty }.joined(separator: "  ")
    }
    let top = dense.map { [line($0.symbol, $0.name, $0.shape)] } ?? []
    let middle = layers.reversed().map { layer in
      line(layer.symbol, (layer.isBidirectional ? "⇄ " : "→ ") + layer.name, layer.shape)
    }
    return top + middle + [line("x", "", inputShape) + "  (t = 1 … \(steps))"]
  }

  // MARK: Layout

  /// Columns of the grid between two steps.
  private static let pitch = 11
  private static let boxWidth = 7
  /// Rows from one layer to the next one above it; two directions need a higher box.
  private var layerHeight: Int { layers.contains(where: \.isBidirectional) ? 8 : 6 }

  /// Rows from the middle of a layer's box to its edge.
  private func half(_ layer: UnrolledLayer) -> Int { layer.isBidirectional ? 2 : 1 }

  private func diagram(columns: Int) -> Diagram {
    let shown = shown(atMost: columns)
    let left = layers.isEmpty ? 2 : 9
    let rows = layers.count + (dense == nil ? 0 : 1)
    let names = rowNames.map { displayWidth(Label($0).plain) }.max() ?? 0
    var d = Diagram(
      width: max(left + Self.pitch * shown.count + (layers.contains(where: \.isBidirectional) ? 4 : 0), names + 1),
      height: rows * layerHeight + layerHeight / 2 - 1 + (rowNames.isEmpty ? 0 : rowNames.count + 1))
    for (place, step) in shown.enumerated() {
      let x = left + place * Self.pitch + Self.boxWidth / 2
      guard let step else {
        d.text("…", x, y(row: -1), .middle)
        continue
      }
      drawStep(step, x: x, isLast: step == steps - 1, on: &d)
    }
    for row in layers.indices { drawState(row, shown, left: left, on: &d) }
    for (index, name) in rowNames.enumerated() {
      d.text(name, 0, d.height - rowNames.count + index, soft: true)
    }
    return d
  }

  /// The row of the middle of a layer's boxes; −1 is the input.
  private func y(row: Int) -> Int {
    let rows = layers.count + (dense == nil ? 0 : 1)
    return row < 0 ? rows * layerHeight + layerHeight / 2 - 2 : (rows - row) * layerHeight - 3
  }

  /// What the symbols stand for, below the picture.
  private var rowNames: [String] {
    let named = layers.filter { !$0.name.isEmpty }.map { "\($0.symbol)_t: \($0.name)" }
    let top = dense.map { $0.name.isEmpty ? [] : ["\($0.symbol)_t: \($0.name)"] } ?? []
    return (top + named.reversed())
  }

  private func drawStep(_ step: Int, x: Int, isLast: Bool, on d: inout Diagram) {
    // Steps are counted from 1, places from 0.
    let number = step + 1
    d.text("x_{\(number)}", x, y(row: -1), .middle, bold: true)
    var below = y(row: -1) - 1
    var shape = inputShape
    for (row, layer) in layers.enumerated() {
      let (middle, half) = (y(row: row), half(layer))
      d.wire((x, below), (x, middle + half))
      d.text(shape, x + 2, (below + middle + half) / 2, soft: true)
      d.box(
        "\(layer.symbol)_{\(number)}", x: x - 3, y: middle - half, width: Self.boxWidth, height: 2 * half + 1,
        hue: layer.hue)
      (below, shape) = (middle - half, layer.shape)
    }
    let hasOutput = dense.map { isLast || !$0.isLastStepOnly } ?? true
    guard hasOutput else { return }
    guard let dense else {
      d.wire((x, below), (x, below - 2))
      d.text(shape, x + 2, below - 2, soft: true)
      return
    }
    let middle = y(row: layers.count)
    d.wire((x, below), (x, middle + 1))
    d.text(shape, x + 2, (below + middle + 1) / 2, soft: true)
    d.box("\(dense.symbol)_{\(number)}", x: x - 3, y: middle - 1, width: Self.boxWidth, hue: dense.hue)
    d.wire((x, middle - 1), (x, middle - 3))
    d.text(dense.shape, x + 2, middle - 2, soft: true)
  }

  /// The arrows from step to step, from the initial state on.
  private func drawState(_ row: Int, _ shown: [Int?], left: Int, on d: inout Diagram) {
    let layer = layers[row]
    let y = y(row: row)
    // Two directions share a box: forward above its middle, backward below it.
    let forward = layer.isBidirectional ? y - 1 : y
    d.text("\(layer.symbol)_{0}=\(initialState)", 0, y - (layer.isBidirectional ? 2 : 1), hue: layer.hue)
    d.wire((2, forward), (left, forward), hue: layer.hue)
    for (place, step) in shown.enumerated() where place + 1 < shown.count {
      let from = step == nil ? left + place * Self.pitch + 5 : left + place * Self.pitch + Self.boxWidth - 1
      let next = shown[place + 1]
      let to = left + (place + 1) * Self.pitch + (next == nil ? 1 : 0)
      d.wire((from, forward), (to, forward), hue: layer.hue)
      if layer.isBidirectional { d.wire((to, y + 1), (from, y + 1), hue: layer.hue) }
      if step == nil { d.text("…", from - 2, y, .middle, hue: layer.hue) }
    }
    if layer.isBidirectional {
      let edge = left + (shown.count - 1) * Self.pitch + Self.boxWidth - 1
      d.wire((d.width - 1, y + 1), (edge, y + 1), hue: layer.hue)
      d.text(initialState, d.width - 1, y + 2, .end, hue: layer.hue)
    }
  }
}
