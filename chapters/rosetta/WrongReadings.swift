import ChapterSupport

/// The largest difference of h at any step.
func apart(_ h: Tensor<Double>, from right: Tensor<Double>) -> Double { h.largestDifference(from: right) }

/// Differences that are rounding alone count as none.
func agrees(_ difference: Double) -> Bool { difference <= 1e-13 }

func verdict(_ difference: Double) -> String { agrees(difference) ? "agrees" : page.text(difference, decimals: 4) }

/// Checks both for some wrong readings: they are far from the right numbers, and look like right ones.
func checkDanger(
  _ what: String, _ names: [String], _ wrong: [Tensor<Double>], from right: Tensor<Double>, line: Int = #line
) {
  page.range(
    "\(what): noticeable", of: wrong.map { apart($0, from: right) }, in: noticeable...2,
    axes: [Axis("reading", names)],
    line: line)
  page.range(
    "\(what): plausible", of: Tensor.stacked(wrong), in: -1...1,
    axes: [Axis("reading", names), "step", "sample", "unit"], line: line)
}

/// Compares a result by hand with all runs of the frameworks, those of one tolerance together.
func compareWithFrameworks(_ what: String, _ variant: CellVariant, _ hand: Tensor<Double>, line: Int = #line) {
  guard isGolden, let all = runs[variant] else { return }
  for isSingle in [false, true] {
    let group = all.filter { $0.isSingle == isSingle }
    guard let tolerance = group.first?.tolerance, group.allSatisfy({ $0.tolerance == tolerance }) else { continue }
    page.table(
      columns: ["framework", "layer", "h after the last step, sample 1"],
      rows: group.map { run in
        let version = run.version.split(separator: ",").first.map(String.init) ?? run.version
        let forgetBias = run.forgetBias == 0 ? "" : ", forget bias \(page.text(run.forgetBias))"
        return [version, "`\(run.layer)`" + forgetBias, digits(run.outputs.slice(T - 1).slice(0), most: 3)]
      }, line: line)
    page.compare(
      "\(what): \(group.count) runs in \(isSingle ? "single" : "double") precision",
      ("frameworks", Tensor.stacked(group.map(\.outputs))), ("by hand", Tensor.stacked(group.map { _ in hand })),
      tolerance: tolerance, axes: [Axis("run", group.map(\.name)), "step", "sample", "unit"],
      because: "the cases' own: rounding of \(isSingle ? "a Float" : "a Double")", line: line)
  }
}

func permutations(_ list: [Gate]) -> [[Gate]] {
  list.count < 2
    ? [list]
    : list.indices.flatMap { place in
      var rest = list
      let first = rest.remove(at: place)
      return permutations(rest).map { [first] + $0 }
    }
}

func letters(_ order: [Gate]) -> String { order.map(\.rawValue).joined(separator: " ") }

func constantCell(_ order: [Gate], forgetBias: Double) -> Tensor<Double> {
  let constant = 1 / Double(D + H)
  let K = Formula(MathValue(Tensor(repeating: constant, shape: [D, 4 * H])))
  let R = Formula(MathValue(Tensor(repeating: constant, shape: [H, 4 * H])))
  let bias = (0..<4 * H).map { constant + (H..<2 * H ~= $0 ? forgetBias : 0) }
  return byHand(
    LSTMEquations((x • K + h₋ • R + onEveryRow(Formula(MathValue(bias)))).split(into: 4), order))
}

func refusal(_ attempt: () throws -> Void) -> String {
  do { try attempt() } catch { return "\(error)" }
  return "accepted"
}

func answer(_ framework: Framework, resetAfter: Bool) -> String {
  do {
    let layout = try WeightLayout(framework, .gru, WeightFeatures(resetAfter: resetAfter))
    return layout.entries.map { $0.gates.map(\.rawValue).joined(separator: " ") }[0]
      + (framework == .tensorflow1 ? ", g apart" : "")
  } catch { return "no" }
}
