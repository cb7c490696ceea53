import TextLayout

extension Picture {
  /// Who was taken for whom: rows are the true classes, columns the predicted ones.
  ///
  /// Right answers are blue, wrong ones orange; wrong ones are stronger than their share, since they are few.
  ///
  /// - Parameters:
  ///   - counts: a square of numbers that are not negative.
  ///   - names: a label for each class; nil counts from 0.
  public static func confusionMatrix(
    title: String, counts: [[Int]], names: [String]? = nil, alternative: String? = nil
  ) -> Picture {
    let names = names ?? counts.indices.map(String.init)
    guard !counts.isEmpty, counts.count <= 40 else {
      return note(title: title, "There is nothing to draw: from 1 to 40 classes can be shown, not \(counts.count).")
    }
    guard counts.allSatisfy({ $0.count == counts.count && $0.allSatisfy { $0 >= 0 } }), names.count == counts.count
    else { return note(title: title, "These counts are not a square with one name for each row.") }
    let matrix = ConfusionMatrix(counts: counts, names: names)
    return Picture(title: title, alternative: alternative, content: matrix)
  }
}

struct ConfusionMatrix: PictureContent {
  let counts: [[Int]]
  private(set) var names: [String]
  /// At the columns and at the rows.
  private(set) var predicted = "predicted"
  private(set) var correct = "true"
  /// How many answers are right, and the mistakes from the most frequent on, in words.
  private var share = ""
  private var mistakes: [String] = []

  init(counts: [[Int]], names: [String]) {
    (self.counts, self.names) = (counts, names)
    (share, mistakes) = (share { $0.text }, mistakes { $0.text })
  }

  func worded(_ words: Wording) -> ConfusionMatrix {
    var matrix = self
    matrix.names = names.map { words(ProseText($0)) }
    (matrix.predicted, matrix.correct) = (words("predicted"), words("true"))
    (matrix.share, matrix.mistakes) = (matrix.share(words), matrix.mistakes(words))
    return matrix
  }

  private func total(_ row: Int) -> Double { counts[row].reduce(0) { $0 + Double($1) } }

  /// Wrong answers from the most frequent on.
  private var confusions: [(row: Int, column: Int, count: Int)] {
    let all = counts.indices.flatMap { row in
      counts.indices.compactMap { column in
        row != column && counts[row][column] > 0 ? (row: row, column: column, count: counts[row][column]) : nil
      }
    }
    return all.enumerated().sorted {
      ($1.element.count, $0.offset) < ($0.element.count, $1.offset)
    }.map(\.element)
  }

  private func mistakes(_ words: Wording) -> [String] {
    confusions.prefix(12).map { row, column, count in
      words("\(Label(names[row]).plain) taken for \(Label(names[column]).plain): \(count)")
    }
  }

  private func share(_ words: Wording) -> String {
    let all = counts.indices.reduce(0) { $0 + total($1) }
    let right = counts.indices.reduce(0) { $0 + Double(counts[$1][$1]) }
    return words("\(NumberText.fixed(all > 0 ? 100 * right / all : 0, digits: 2)) % right")
  }

  func summary(_ words: Wording) -> String {
    mistakes.isEmpty
      ? words("Confusion matrix of \(names.count) classes: \(share). No wrong answers.")
      : words("Confusion matrix of \(names.count) classes: \(share). \(mistakes.prefix(3).joined(separator: "; ")).")
  }

  private func colour(_ row: Int, _ column: Int) -> RGB {
    let paper = RGB(0xF5F5F2)
    let share = total(row) > 0 ? Double(counts[row][column]) / total(row) : 0
    return row == column
      ? paper.mixed(with: RGB(0x0B4F8A), share) : paper.mixed(with: RGB(0xC25A00), min(1, (share * 4).squareRoot()))
  }

  func draw(on canvas: inout Canvas) {
    let count = Double(names.count)
    let left = 38 + (names.map { Label($0).ems * 14 }.max() ?? 0)
    let cell = min((canvas.width - left - 4) / count, 46)
    let height = min(max(cell * 0.75, 14), 34)
    let top = 46.0
    canvas.height = top + height * count + 4
    canvas.text(predicted, x: left + cell * count / 2, y: 15, anchor: .middle, size: 14, paint: .soft)
    let middle = top + height * count / 2
    canvas.text(correct, x: 14, y: middle, anchor: .middle, size: 14, paint: .soft, rotated: true)
    let size = min(14, cell / 2.6, height * 0.8)
    for (index, name) in names.enumerated() {
      let along = Double(index) + 0.5
      canvas.text(name, x: left + along * cell, y: top - 8, anchor: .middle, size: min(14, cell * 0.6))
      canvas.text(name, x: left - 7, y: top + along * height + 4.5, anchor: .end, size: min(14, height))
    }
    for row in counts.indices {
      for column in counts.indices {
        let (x, y) = (left + Double(column) * cell, top + Double(row) * height)
        let colour = colour(row, column)
        canvas.rect(x: x, y: y, width: cell - 1, height: height - 1, fill: .data(colour))
        guard counts[row][column] > 0 else { continue }
        let text = String(counts[row][column])
        let fitting = min(size, (cell - 3) / (Label(text).ems + 0.01))
        canvas.text(
          text, x: x + (cell - 1) / 2, y: y + height / 2 + fitting * 0.35, anchor: .middle, size: fitting,
          paint: .data(colour.contrasting))
      }
    }
  }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    let plain = names.map { Label($0).plain }
    let margin = max(plain.map { displayWidth($0) }.max() ?? 0, displayWidth(correct)) + 1
    let widest = counts.joined().map { String($0).count }.max() ?? 1
    let cell = max(widest, plain.map { displayWidth($0) }.max() ?? 1) + 1
    guard margin + cell * names.count <= columns else {
      let shown = mistakes.map { StyledLine(clipped($0, to: columns)) }
      return [StyledLine(clipped(share, to: columns))] + shown
    }
    var lines = [StyledLine(spaces(margin) + clipped(predicted, to: cell * names.count), .soft)]
    lines.append(
      StyledLine(aligned(correct, to: margin, .start) + plain.map { aligned($0, to: cell, .end) }.joined(), .soft))
    for row in counts.indices {
      var line = StyledLine(aligned(plain[row], to: margin - 1, .end) + " ", .soft)
      for column in counts.indices {
        let text = counts[row][column] > 0 ? String(counts[row][column]) : "·"
        let shade = self.colour(row, column)
        let style = TextStyle(foreground: shade.contrasting.terminalCode, background: shade.terminalCode)
        line.append(aligned(text, to: cell, .end), counts[row][column] > 0 ? style : .soft)
      }
      lines.append(line)
    }
    return lines + [StyledLine(clipped(share, to: columns))]
  }
}
