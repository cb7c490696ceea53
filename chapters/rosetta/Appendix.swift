import ChapterSupport

// The tables of the appendix: where the numbers of an LSTM stand in each layout, and what every order yields.

/// Every stored number by hand, by the library's table of layouts, and in the files that the frameworks ran.
func compareStoredNumbers(line: Int = #line) {
  let library = layouts.map {
    page.tensors(of: lstmWeights.addingForgetBias(-$0.forgetBias), in: $0.layout, line: line)
  }
  page.compare(
    "six layouts, every stored number", ("by hand", handFiles.flatMap(flat)), ("by the library", library.flatMap(flat)),
    tolerance: exactly, because: "numbers move, nothing is computed; b − 1 is exact for such short numbers", line: line)
  page.compare(
    "both biases filled, and their sum", ("one bias", right), ("two biases", byHand(readings(bothFilled))),
    tolerance: 1e-13, axes: ["step", "sample", "unit"], because: "only the sum of the two counts in an LSTM", line: line
  )
  guard isGolden else { return }
  for (layout, file) in zip(layouts, handFiles) {
    guard let run = run(fileOf[layout.name], .lstm) else { continue }
    // Each tensor of the framework's file, found by its name.
    let theirs = file.map { run[$0.name] ?? .zeros([0]) }
    page.compare(
      "the file that \(run.version) ran", ("its file", theirs.flatMap(\.scalars)), ("by hand", flat(file)),
      tolerance: exactly, because: "what the framework was given, number for number", line: line)
  }
}

/// Where unit 1 of the forget gate keeps its weights.
func showPlaces(line: Int = #line) {
  let input = zip(layouts, handFiles).map { found(.f, isState: false, $0, $1) }
  let state = zip(layouts, handFiles).map { found(.f, isState: true, $0, $1) }
  page.table(
    "Where the forget gate's unit 1 keeps its weights for x", columns: ["stored as", "place", "numbers"],
    rows: zip(layouts, input).map { [$0.name, $1.place, digits($1.numbers)] }, line: line)
  page.table(
    "… and for h", columns: ["stored as", "place", "numbers"],
    rows: zip(layouts, state).map { [$0.name, $1.place, digits($1.numbers)] }, line: line)
  page.compare(
    "unit 1 of f, found in six layouts",
    ("by name", layouts.map { _ in lstm.W[1].transposed.slice(0).scalars + lstm.U[1].transposed.slice(0).scalars }),
    ("found", zip(input, state).map { $0.numbers.scalars + $1.numbers.scalars }), tolerance: exactly,
    axes: [Axis("layout", layouts.map(\.name)), "weight"], because: "the same numbers", line: line)
}

func showForgetBias(line: Int = #line) {
  page.table(
    columns: ["stored as", "place", "number", "added at every call", "together"],
    rows: zip(layouts, handFiles).map { layout, file in
      let bias = file[layout.name == "TensorFlow 1" ? 1 : 2]
      let at = start(of: .f, in: layout)
      let own = bias.tensor.scalars[at]
      return [
        layout.name, layout.name == "ONNX" ? "`B[0, \(at)]`" : "`\(bias.name)[\(at)]`", page.text(own, decimals: 6),
        page.text(layout.forgetBias, decimals: 6), page.text(own + layout.forgetBias, decimals: 6),
      ]
    }, line: line)
}

func showSecondBlock(line: Int = #line) {
  page.table(
    "At place \(H) of every layout, counted from 0", columns: ["stored as", "gate", "its first weights for x"],
    rows: zip(layouts, handFiles).map { layout, file in
      let (tensor, rows) = side(false, layout, file)
      return [layout.name, layout.order[1].rawValue, digits(strip(H, of: tensor.tensor, in: layout).slices(rows))]
    }, line: line)
}

/// Keras' file read in all 24 orders.
func showOrders(line: Int = #line) {
  let ranking = orders.indices.sorted { orderDifferences[$0] < orderDifferences[$1] }
  let users = [[Gate.i, .f, .g, .o]: "Keras", [.i, .g, .f, .o]: "TF 1", [.i, .o, .f, .g]: "ONNX"]
  page.picture(
    .barChart(
      title: "Keras' blocks i f g o read in 24 orders",
      bars: ranking.map { index in
        Picture.Bar(
          [users[orders[index]], letters(orders[index])].compactMap { $0 }.joined(separator: ": "),
          orderDifferences[index], hue: users[orders[index]] == nil ? .blue : .orange,
          text: agrees(orderDifferences[index]) ? "right" : page.text(orderDifferences[index]))
      }), line: line)
  page.prose(
    """
    One order is right. The nearest wrong one, \(letters(orders[ranking[1]])), misses by \(page.text(orderDifferences[ranking[1]])), the farthest,
    \(letters(orders[ranking[23]])), by \(page.text(orderDifferences[ranking[23]])).
    """, line: line)
  page.compare(
    "24 orders", hand: Tensor.stacked(ordersByHand),
    layer: Tensor.stacked(orders.map { byLayer(misread(lstmWeights, canonical, as: $0), lstm) }), tolerance: tolerance,
    axes: [Axis("order", orders.map(letters)), "step", "sample", "unit"], line: line)
  checkDanger(
    "23 wrong orders", orders.dropFirst().map(letters), Array(ordersByHand.dropFirst()), from: right, line: line)
}
