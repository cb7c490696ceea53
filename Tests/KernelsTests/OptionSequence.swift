@testable import Kernels

/// A recurrent layer with every option and a mask, by loops that read like the equations, in double precision.
struct OptionSequence {
  struct Options {
    var activation = Activation.tanh
    var recurrentActivation = Activation.sigmoid
    var outputActivation = Activation.tanh
    var clip: Double?
    var cellClip: Double?
    var inputForget = false
    var hasPeepholes = false
  }

  /// What a gradient exists for.
  enum Tensor: Int, CaseIterable { case x, kernel, recurrentKernel, bias, recurrentBias, peepholes, h0, c0 }

  let kind: RecurrentKind
  let options: Options
  let B, T, D, H: Int
  var goesBackwards = false
  var mask: [Bool]?
  var zeroOutputForMask = false
  /// In the order of `Tensor`.
  var tensors: [[Double]]
  let cotangents: OutputGradients<Double>

  init(_ kind: RecurrentKind, _ options: Options, _ size: (B: Int, T: Int, D: Int, H: Int)) {
    (self.kind, self.options) = (kind, options)
    (B, T, D, H) = size
    let (columns, scale) = (kind.gateCount * H, 1 / Double(max(D, H)).squareRoot())
    tensors = [
      numbers(Double.self, B * T * D, seed: 31), numbers(Double.self, D * columns, seed: 32).map { $0 * scale },
      numbers(Double.self, H * columns, seed: 33).map { $0 * scale }, numbers(Double.self, columns, seed: 34),
      numbers(Double.self, columns, seed: 35), numbers(Double.self, 3 * H, seed: 36),
      numbers(Double.self, B * H, seed: 37), numbers(Double.self, B * H, seed: 38),
    ]
    cotangents = OutputGradients(
      outputs: numbers(Double.self, B * T * H, seed: 39), h: numbers(Double.self, B * H, seed: 40),
      c: numbers(Double.self, B * H, seed: 41))
  }

  var isLSTM: Bool { kind == .lstm }

  func uses(_ tensor: Tensor) -> Bool {
    switch tensor {
    case .c0: isLSTM
    case .peepholes: options.hasPeepholes
    default: true
    }
  }

  // MARK: The equations

  /// What a run gives: everything `[…, B, H]`, states before each place and behind the last.
  struct Result {
    var outputs: [Double]
    var h: [[Double]]
    var c: [[Double]]
    /// `[T][block]`, zero where a step is not used.
    var blocks: [[[Double]]]
    var lastOutput: [Double]
  }

  func run() -> Result {
    var result = Result(
      outputs: [], h: Array(repeating: [], count: T + 1), c: Array(repeating: [], count: T + 1),
      blocks: Array(repeating: Array(repeating: [], count: 4), count: T), lastOutput: [])
    for b in 0..<B {
      var (h, c) = (Array(tensors[6][b * H..<(b + 1) * H]), Array(tensors[7][b * H..<(b + 1) * H]))
      var shown = [Double](repeating: 0, count: H)
      for place in 0..<T {
        result.h[place] += h
        result.c[place] += c
        let row = b * T + (goesBackwards ? T - 1 - place : place)
        var blocks = Array(repeating: [Double](repeating: 0, count: H), count: 4)
        if mask?[row] ?? true {
          (h, c, blocks) = step(Array(tensors[0][row * D..<(row + 1) * D]), h, c)
          shown = h
        } else if zeroOutputForMask {
          shown = [Double](repeating: 0, count: H)
        }
        for (index, block) in blocks.enumerated() { result.blocks[place][index] += block }
        result.outputs += shown
      }
      result.h[T] += h
      result.c[T] += c
      result.lastOutput += shown
    }
    return result
  }

  private func step(_ x: [Double], _ h: [Double], _ c: [Double]) -> (h: [Double], c: [Double], blocks: [[Double]]) {
    let units = Array(0..<H)
    func clipped(_ z: Double, _ bound: Double?) -> Double { bound.map { min(max(z, -$0), $0) } ?? z }
    func gate(_ z: Double) -> Double {
      ActivationTests.definition(options.recurrentActivation, clipped(z, options.clip)).0
    }
    func candidate(_ z: Double) -> Double { ActivationTests.definition(options.activation, clipped(z, options.clip)).0 }
    func peephole(_ row: Int, _ c: Double, _ unit: Int) -> Double {
      options.hasPeepholes ? tensors[5][row * H + unit] * c : 0
    }
    func input(_ gate: Int, _ unit: Int) -> Double {
      let (columns, column) = (kind.gateCount * H, gate * H + unit)
      return x.indices.reduce(tensors[3][column]) { $0 + x[$1] * tensors[1][$1 * columns + column] }
    }
    func recurrent(_ gate: Int, _ unit: Int, _ h: [Double]) -> Double {
      let (columns, column) = (kind.gateCount * H, gate * H + unit)
      return h.indices.reduce(tensors[4][column]) { $0 + h[$1] * tensors[2][$1 * columns + column] }
    }
    func sum(_ gate: Int, _ unit: Int) -> Double { input(gate, unit) + recurrent(gate, unit, h) }
    switch kind {
    case .simpleRNN:
      let next = units.map { candidate(sum(0, $0)) }
      return (next, c, [next, next, next, next])
    case .lstm:
      let i = units.map { gate(sum(0, $0) + peephole(0, c[$0], $0)) }
      let f = units.map { options.inputForget ? 1 - i[$0] : gate(sum(1, $0) + peephole(1, c[$0], $0)) }
      let g = units.map { candidate(sum(2, $0)) }
      let nextC = units.map { clipped(f[$0] * c[$0] + i[$0] * g[$0], options.cellClip) }
      let o = units.map { gate(sum(3, $0) + peephole(2, nextC[$0], $0)) }
      let next = units.map { o[$0] * ActivationTests.definition(options.outputActivation, nextC[$0]).0 }
      return (next, nextC, [i, f, g, o])
    case .gru(let resetAfter):
      let (z, r) = (units.map { gate(sum(0, $0)) }, units.map { gate(sum(1, $0)) })
      let kept = resetAfter ? units.map { recurrent(2, $0, h) } : units.map { r[$0] * h[$0] }
      let g = units.map {
        candidate(input(2, $0) + (resetAfter ? r[$0] * kept[$0] : recurrent(2, $0, kept)))
      }
      return (units.map { z[$0] * h[$0] + (1 - z[$0]) * g[$0] }, c, [z, r, g, kept])
    }
  }

  // MARK: Gradients

  /// The loss is the sum of the cotangents times outputs, last h and last c.
  private func loss() -> Double {
    let result = run()
    func dot(_ a: [Double]?, _ b: [Double]) -> Double { zip(a ?? [], b).reduce(0) { $0 + $1.0 * $1.1 } }
    return dot(cotangents.outputs, result.outputs) + dot(cotangents.h, result.h[T])
      + (isLSTM ? dot(cotangents.c, result.c[T]) : 0)
  }

  func centralDifference(_ tensor: Tensor, _ element: Int, step: Double = 1e-5) -> Double {
    var (above, below) = (self, self)
    above.tensors[tensor.rawValue][element] += step
    below.tensors[tensor.rawValue][element] -= step
    return (above.loss() - below.loss()) / (2 * step)
  }

  // MARK: The same by the kernels

  var cell: SequenceCell {
    SequenceCell(
      kind, activation: options.activation, recurrentActivation: options.recurrentActivation,
      outputActivation: options.outputActivation, clip: options.clip, cellClip: options.cellClip,
      inputForget: options.inputForget)
  }

  func weights<Scalar: RealScalar>(_: Scalar.Type) -> SequenceWeights<Scalar> {
    func numbers(_ tensor: Tensor) -> [Scalar] { tensors[tensor.rawValue].map { Scalar($0) } }
    return SequenceWeights(
      kernel: numbers(.kernel), recurrentKernel: numbers(.recurrentKernel), bias: numbers(.bias),
      recurrentBias: numbers(.recurrentBias), peepholes: options.hasPeepholes ? numbers(.peepholes) : nil)
  }

  func input<Scalar: RealScalar>(_: Scalar.Type) -> SequenceInput<Scalar> {
    func numbers(_ tensor: Tensor) -> [Scalar] { tensors[tensor.rawValue].map { Scalar($0) } }
    return SequenceInput(
      B: B, T: T, D: D, H: H, x: numbers(.x), h0: numbers(.h0), c0: isLSTM ? numbers(.c0) : nil,
      goesBackwards: goesBackwards, mask: mask, zeroOutputForMask: zeroOutputForMask)
  }

  func packed<Scalar: ElementaryScalar>(_: Scalar.Type) -> PackedWeights<Scalar> {
    Scalar.kernels.pack(cell, weights(Scalar.self), D: D, H: H)
  }

  func runFast<Scalar: ElementaryScalar>(
    _: Scalar.Type
  ) -> (workspace: SequenceWorkspace<Scalar>, outputs: [Scalar]) {
    var outputs = [Scalar](repeating: .nan, count: B * T * H)
    let workspace = outputs.withUnsafeMutableBufferPointer {
      Scalar.kernels.runSequence(
        packed(Scalar.self), input(Scalar.self), outputs: .init(start: $0.baseAddress!, columns: H))  // Not empty.
    }
    return (workspace, outputs)
  }

  /// In the order of `Tensor`; empty where there is none.
  func gradients<Scalar: ElementaryScalar>(_ workspace: SequenceWorkspace<Scalar>) -> [[Scalar]] {
    func numbers(_ list: [Double]?) -> [Scalar]? { list?.map { Scalar($0) } }
    let result = Scalar.kernels.differentiateSequence(
      workspace, weights(Scalar.self),
      outputGradients: .init(
        outputs: numbers(cotangents.outputs), h: numbers(cotangents.h), c: isLSTM ? numbers(cotangents.c) : nil),
      wants: [.input, .initialState])
    return [
      result.x, result.weights.kernel, result.weights.recurrentKernel, result.weights.bias ?? [],
      result.weights.recurrentBias ?? [], result.weights.peepholes ?? [], result.h0, result.c0,
    ]
  }

  /// Fills the memory that the next run of this size takes with no numbers: what a run forgets to write then shows.
  func spoilMemory<Scalar: ElementaryScalar>(_: Scalar.Type) {
    var spoiled = self
    for index in spoiled.tensors.indices { spoiled.tensors[index] = spoiled.tensors[index].map { _ in .nan } }
    _ = spoiled.gradients(spoiled.runFast(Scalar.self).workspace)
  }
}
