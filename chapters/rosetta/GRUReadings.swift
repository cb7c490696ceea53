import ChapterSupport

// The tables of the appendix on wrong readings of a GRU.

/// What each layout gives when it is read by the rule of another.
func showWrongReadings(_ afterReadings: GRUReadings, _ beforeReadings: GRUReadings, line: Int = #line) {
  page.table(
    "Largest difference of h, reset after", columns: ["stored as ↓, read as →"] + afterReadings.names,
    rows: zip(afterReadings.names, afterReadings.differences).map { name, row in [name] + row.map(verdict) }, line: line
  )
  page.table(
    "Largest difference of h, reset before", columns: ["stored as ↓, read as →"] + beforeReadings.names,
    rows: zip(beforeReadings.names, beforeReadings.differences).map { name, row in [name] + row.map(verdict) },
    line: line)
  page.picture(
    .heatMap(
      title: "A GRU stored as (down), read as (across), reset after: largest difference of h",
      values: afterReadings.differences, rowNames: afterReadings.names, columnNames: afterReadings.names,
      rowTitle: "stored as", columnTitle: "read as", scale: .automatic, digits: 2), line: line)
  checkDanger(
    "z and r exchanged, reset after", afterReadings.wrong.map(\.name), afterReadings.wrong.map(\.h), from: rightAfter,
    line: line)
  checkDanger(
    "z and r exchanged, reset before", beforeReadings.wrong.map(\.name), beforeReadings.wrong.map(\.h),
    from: rightBefore, line: line)
}

/// Keras' file with the reset gate after the product, read in all six orders.
func showGRUOrders(line: Int = #line) {
  let gruOrders = permutations([.z, .r, .g])
  let gruOrdersByHand = gruOrders.map { byHand(kerasAfter.equations($0), after) }
  let gruDifferences = gruOrdersByHand.map { apart($0, from: rightAfter) }
  page.picture(
    .barChart(
      title: "Keras' blocks z r g read in 6 orders",
      bars: gruOrders.indices.sorted { gruDifferences[$0] < gruDifferences[$1] }.map { index in
        Picture.Bar(
          letters(gruOrders[index]) + (gruOrders[index] == [.r, .z, .g] ? " (PyTorch, MXNet)" : ""),
          gruDifferences[index],
          hue: gruOrders[index] == [.r, .z, .g] ? .orange : .blue,
          text: agrees(gruDifferences[index]) ? "right" : page.text(gruDifferences[index]))
      }), line: line)
  page.compare(
    "6 orders", hand: Tensor.stacked(gruOrdersByHand),
    layer: Tensor.stacked(gruOrders.map { byLayer(misread(afterWeights, [.z, .r, .g], as: $0), after) }),
    tolerance: tolerance, axes: [Axis("order", gruOrders.map(letters)), "step", "sample", "unit"], line: line)
  checkDanger(
    "5 wrong orders", gruOrders.dropFirst().map(letters), Array(gruOrdersByHand.dropFirst()), from: rightAfter,
    line: line)
}
