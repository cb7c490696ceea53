import ReferenceNetworks
import Layers

/// Faults of the catalogue that give exactly the numbers of some wrong answers.
public struct Diagnosis: Sendable {
  /// Each a fault, or two at once, that give these numbers; several where the wrong cases cannot tell them apart.
  public let suspects: [[Mutant]]
  /// The wrong cases that they explain.
  public let explained: [Case]
  /// How many cases are wrong.
  public let wrong: Int
  /// Right answers that the suspects would have made wrong: the fault must stand in a part of the program only.
  public let against: Int

  /// `matches an implementation whose LSTM blocks i f g o are read as o f g i (in 12 of 12 wrong cases)`.
  public var text: String {
    let alternatives = suspects.prefix(3).map { faults in
      faults.map { $0.fault(in: explained) }.joined(separator: " and at once whose ")
    }
    let more = suspects.count > 3 ? ", or \(suspects.count - 3) others" : ""
    var text = "matches an implementation whose \(alternatives.joined(separator: ", or whose "))\(more)"
    text += " (in \(explained.count) of \(wrong) wrong cases"
    if explained.count < wrong || against > 0 { text += ": \(families)" }
    if against > 0 { text += "; \(against) right ones show that it is not so everywhere" }
    return text + ")"
  }

  /// `keras lstm, onnx lstm`.
  private var families: String {
    var seen: [String] = []
    for golden in explained where !seen.contains("\(golden.layout.rawValue) \(golden.layer)") {
      seen.append("\(golden.layout.rawValue) \(golden.layer)")
    }
    return seen.joined(separator: ", ")
  }
}

extension ExternalRun {
  /// The faults that explain most of the wrong answers, then those that explain most of the rest.
  ///
  /// Single faults come before several at once. The list is empty when no fault of the catalogue explains any answer.
  public var diagnoses: [Diagnosis] { DiagnosisSearch(self).diagnoses }
}

extension ExternalRun.Answer {
  /// Something that the answer holds is wrong; what it lacks does not count.
  var hasWrongNumbers: Bool {
    guard let results else { return false }
    return !comparator(golden.asking { results[$0] != nil }).compare(results).agrees
  }
}

extension Case {
  /// The same case with other expected numbers: what a mutant gives.
  func expecting(_ results: TensorTable) -> Case {
    changingExpected { name, old in results[name]?.thinned(as: old) }
  }

  /// The same case without some of the expected tensors.
  func asking(_ isAsked: (String) -> Bool) -> Case { changingExpected { isAsked($0) ? $1 : nil } }

  private func changingExpected(_ change: (String, NumericTensor) -> NumericTensor?) -> Case {
    func changed(_ old: TensorTable, prefix: String = "") -> TensorTable {
      var table = TensorTable()
      for entry in old.entries { table[entry.name] = change(prefix + entry.name, entry.tensor) }
      return table
    }
    var copy = self
    switch task {
    case .run(var run):
      run.expected = changed(run.expected)
      run.expectedGradients = changed(run.expectedGradients, prefix: "gradients.")
      copy.task = .run(run)
    case .fit(var fit):
      fit.expected = changed(fit.expected)
      copy.task = .fit(fit)
    }
    return copy
  }
}

extension NumericTensor {
  /// The elements that another tensor of the same shape keeps.
  func thinned(as other: NumericTensor) -> NumericTensor {
    guard let places = other.indices, shape == other.shape else { return self }
    return NumericTensor(shape: shape, values: places.map { values[$0] }, indices: places)
  }
}

// MARK: Gate orders by name

extension Mutant {
  /// The fault in the words of the layout, where all cases have the same one: "LSTM blocks i o f g (the order of ONNX)
  /// are read as i f g o (the order of Keras, PyTorch, MXNet)".
  func fault(in cases: [Case]) -> String {
    guard let permutation, let cell, Set(cases.map(\.layout)).count == 1, let layout = cases.first?.layout else {
      return fault
    }
    let canonical = cell.gates
    let stored = layout.gateOrder(of: cell)
    let read = stored.compactMap { gate in canonical.firstIndex(of: gate).map { canonical[permutation[$0]] } }
    func words(_ order: [Gate]) -> String {
      let owners = Framework.allCases.filter { $0.gateOrder(of: cell) == order }.map(\.title)
      let name = owners.isEmpty ? "" : " (the order of \(owners.joined(separator: ", ")))"
      return order.map(\.rawValue).joined(separator: " ") + name
    }
    let part = kind == .lstmBiasOrder || kind == .gruBiasOrder ? "bias " : ""
    return "\(cell.rawValue.uppercased()) \(part)blocks \(words(stored)) are read as \(words(read))"
  }

  /// The cell whose blocks are in another order.
  private var cell: CellKind? {
    switch kind {
    case .lstmGateOrder, .lstmBiasOrder: .lstm
    case .gruGateOrder, .gruBiasOrder: .gru
    default: nil
    }
  }
}
