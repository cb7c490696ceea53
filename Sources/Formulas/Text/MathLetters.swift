extension MathText {
  /// The letters that stand for something, each by its names: with its accent first (`\tilde{c}`), then without (`c`).
  ///
  /// Subscripts, primes and words are left out.
  package var letters: [[String]] {
    var letters: [[String]] = []
    node.collectLetters(into: &letters)
    return letters
  }
}

extension MathNode {
  fileprivate func collectLetters(into letters: inout [[String]]) {
    switch self {
    case .identifier(let text, let latex, let upright):
      if text.count == 1, !upright, !letters.contains([latex]) { letters.append([latex]) }
    case .accent(_, let base):
      let names = [LatexWriter.write(self, compact: true), LatexWriter.write(base, compact: true)]
      if case .identifier(let text, _, _) = base, text.count == 1, !letters.contains(names) { letters.append(names) }
    case .scripts(let base, _, _, let sup):
      base.collectLetters(into: &letters)
      sup?.collectLetters(into: &letters)
    case .row(let nodes): for node in nodes { node.collectLetters(into: &letters) }
    case .fraction(let top, let bottom):
      top.collectLetters(into: &letters)
      bottom.collectLetters(into: &letters)
    case .root(let radicand, _): radicand.collectLetters(into: &letters)
    case .stacked(let base, let over, let under, _):
      base.collectLetters(into: &letters)
      for note in [over, under] { note?.collectLetters(into: &letters) }
    case .fenced(_, let body, _), .sourced(let body, _): body.collectLetters(into: &letters)
    case .table(_, let rows): for node in rows.joined() { node.collectLetters(into: &letters) }
    case .number, .sign, .function, .words, .space: break
    }
  }
}
