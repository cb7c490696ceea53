import Support
import Testing

@testable import Kernels

/// Cells with options, over sequences with masks, against the equations and central differences.
@Suite(.serialized, .lane(.threads))
struct OptionSequenceTests {
  typealias Options = OptionSequence.Options

  static let cases: [(kind: RecurrentKind, options: Options)] = [
    (.simpleRNN, Options()), (.lstm, Options()), (.gru(resetAfter: true), Options()),
    (.gru(resetAfter: false), Options()), (.simpleRNN, Options(activation: .softsign, clip: 0.6)),
    (.lstm, Options(hasPeepholes: true)), (.lstm, Options(clip: 0.5)), (.lstm, Options(cellClip: 0.3)),
    (.lstm, Options(inputForget: true)), (.lstm, Options(clip: 0.6, inputForget: true, hasPeepholes: true)),
    (
      .lstm,
      Options(
        activation: .softsign, recurrentActivation: .keras2HardSigmoid, outputActivation: .elu(alpha: 0.7), clip: 1.2,
        cellClip: 0.4, hasPeepholes: true)
    ),
    (.gru(resetAfter: true), Options(clip: 0.4)),
    (.gru(resetAfter: false), Options(activation: .softsign, recurrentActivation: .kerasHardSigmoid, clip: 0.7)),
    (.gru(resetAfter: true), Options(activation: .scaledTanh(alpha: 0.8, beta: 1.3))),
  ]

  /// Two blocks of samples; of the units one vector is not whole.
  static let size = (B: 13, T: 5, D: 3, H: 9)

  /// All steps, none, the first, the last, and others.
  static func mask(B: Int, T: Int) -> [Bool] {
    (0..<B).flatMap { b in
      (0..<T).map { t in
        switch b % 7 {
        case 0: true
        case 1: false
        case 2: t == 0
        case 3: t == T - 1
        case 4: t != 1
        default: (b + t * t) % 3 != 0
        }
      }
    }
  }

  /// Each option alone and with a mask of each kind, forwards and backwards.
  @Test(arguments: cases.indices)
  func agreesWithTheEquations(index: Int) {
    for (isMasked, isZero, goesBackwards) in [
      (false, false, true), (true, false, false), (true, true, true), (true, false, true),
    ] {
      var sample = OptionSequence(Self.cases[index].kind, Self.cases[index].options, Self.size)
      (sample.zeroOutputForMask, sample.goesBackwards) = (isZero, goesBackwards)
      sample.mask = isMasked ? Self.mask(B: sample.B, T: sample.T) : nil
      check(sample, stride: 37)
    }
  }

  /// Weights of more than a megabyte: threads share units, and the input's products come first.
  @Test(arguments: [
    (RecurrentKind.simpleRNN, 900), (.lstm, 150), (.gru(resetAfter: true), 220), (.gru(resetAfter: false), 220),
  ])
  func largeWeightsAgreeToo(kind: RecurrentKind, D: Int) {
    for (options, isMasked) in [(Options(), true), (Options(clip: 0.5, hasPeepholes: kind == .lstm), false)] {
      var sample = OptionSequence(kind, options, (5, 6, D, 130))
      sample.mask = isMasked ? Self.mask(B: 5, T: 6) : nil
      expect(sample.weights(Double.self).areShared(H: 130))
      check(sample, stride: 1_000_003)
    }
  }

  private func check(_ sample: OptionSequence, stride step: Int) {
    let expected = sample.run()
    sample.spoilMemory(Double.self)
    let (workspace, outputs) = sample.runFast(Double.self)
    // Sums of at most a thousand products of numbers below 1, carried on by five steps.
    let near = 1e-12
    expect(distance(outputs, expected.outputs) < near)
    let (B, T, H) = (sample.B, sample.T, sample.H)
    func read(_ copy: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
      var values = [Double](repeating: .nan, count: B * H)
      copy(&values)
      return values
    }
    for t in 0...T {
      expect(distance(read { workspace.copyHidden(before: t, into: $0) }, expected.h[t]) < near, "h before \(t)")
      guard sample.isLSTM else { continue }
      expect(distance(read { workspace.copyCell(before: t, into: $0) }, expected.c[t]) < near, "c before \(t)")
    }
    for t in 0..<(sample.kind == .simpleRNN ? 0 : T) {
      for block in 0..<4 where !(sample.options.inputForget && block == 1 && sample.options.clip != nil) {
        let own = read { workspace.copyGate(block, step: t, into: $0) }
        expect(distance(own, expected.blocks[t][block]) < near, "block \(block) at \(t)")
      }
    }
    expect(distance(read { workspace.copyLastOutput(into: $0) }, expected.lastOutput) < near)
    for b in 0..<B {
      // With zeros at skipped steps, only a used last step shows the state; otherwise any used step.
      let places = (0..<T).map { sample.mask?[b * T + (sample.goesBackwards ? T - 1 - $0 : $0)] ?? true }
      expect(workspace.showsLastState(b) == (sample.zeroOutputForMask ? places[T - 1] : places.contains(true)))
    }
    checkInference(sample, workspace, outputs)
    checkGradients(sample, workspace, stride: step)
    checkFloats(sample, expected)
  }

  /// The bits of a run, in two columns of an output with two directions, in the order of time if that is asked for.
  private func checkInference(_ sample: OptionSequence, _ workspace: SequenceWorkspace<Double>, _ outputs: [Double]) {
    let (B, T, H, columns) = (sample.B, sample.T, sample.H, 2 * sample.H + 3)
    for isInOrderOfTime in [false, true] {
      var wide = [Double](repeating: 7, count: B * T * columns)
      let inference = wide.withUnsafeMutableBufferPointer {
        Double.kernels.inferSequence(
          sample.packed(Double.self), sample.input(Double.self),
          outputs: SequenceOutputs(
            start: $0.baseAddress! + H, columns: columns, isInOrderOfTime: isInOrderOfTime))  // Not empty.
      }
      for b in 0..<B {
        for place in 0..<T {
          let row = b * T + (isInOrderOfTime && sample.goesBackwards ? T - 1 - place : place)
          let own = wide[row * columns..<(row + 1) * columns]
          expectEqual(Array(own.dropFirst(H).prefix(H)), Array(outputs[(b * T + place) * H..<(b * T + place + 1) * H]))
          expect(own.prefix(H).allSatisfy { $0 == 7 } && own.dropFirst(2 * H).allSatisfy { $0 == 7 })
        }
      }
      var (h, c, last) = ([Double](repeating: 0, count: B * H), [Double](), [Double](repeating: 0, count: B * H))
      workspace.copyHidden(before: T, into: &h)
      workspace.copyLastOutput(into: &last)
      if sample.isLSTM {
        c = h
        workspace.copyCell(before: T, into: &c)
      }
      expect(inference.h == h && inference.c == c && inference.lastOutput == last)
    }
  }

  private func checkGradients(_ sample: OptionSequence, _ workspace: SequenceWorkspace<Double>, stride step: Int) {
    let received = sample.gradients(workspace)
    for tensor in OptionSequence.Tensor.allCases {
      let own = received[tensor.rawValue]
      expect(own.count == (sample.uses(tensor) ? sample.tensors[tensor.rawValue].count : 0), "\(tensor)")
      for element in stride(from: own.count / 3 % 5, to: own.count, by: step) {
        let expected = sample.centralDifference(tensor, element)
        // The error of a central difference with steps of 1e-5 is about 1e-10 for sums of this size.
        expect(abs(own[element] - expected) < 2e-8, "\(tensor) [\(element)]")
      }
    }
  }

  /// Single precision: outputs of some hundred products, and the gradients of the double ones.
  private func checkFloats(_ sample: OptionSequence, _ expected: OptionSequence.Result) {
    sample.spoilMemory(Float.self)
    let (workspace, outputs) = sample.runFast(Float.self)
    expect(distance(outputs.map(Double.init), expected.outputs) < 1e-4)
    let gradients = sample.gradients(workspace)
    for (own, wanted) in zip(gradients, sample.gradients(sample.runFast(Double.self).workspace)) {
      expect(distance(own.map(Double.init), wanted) < 1e-3)
    }
  }

  /// In the padding behind the last unit nothing grows, whatever an activation makes of zero.
  @Test(arguments: [RecurrentKind.lstm, .gru(resetAfter: true), .gru(resetAfter: false)])
  func whatAnActivationMakesOfZeroDoesNotGrow(kind: RecurrentKind) {
    var sample = OptionSequence(kind, Options(recurrentActivation: .affine(alpha: 1, beta: 1e10)), (2, 60, 2, 3))
    // The units' own sums take the 10¹⁰ away again, and leave gates near zero.
    for index in 1...4 { sample.tensors[index] = sample.tensors[index].map { $0 * 0.1 } }
    sample.tensors[3] = sample.tensors[3].map { $0 - 1e10 }
    let (workspace, outputs) = sample.runFast(Double.self)
    expect(
      outputs.allSatisfy { $0.isFinite } && sample.gradients(workspace).allSatisfy { $0.allSatisfy { $0.isFinite } })
  }

  /// Without a gradient of the outputs, of the states, and without those that nobody wants.
  @Test(arguments: RecurrentKind.all) func whatIsNotWantedIsEmpty(kind: RecurrentKind) {
    let sample = OptionSequence(kind, Options(), Self.size)
    let workspace = sample.runFast(Double.self).workspace
    let weights = sample.weights(Double.self)
    func gradient(_ gradients: OutputGradients<Double>, _ wants: WantedGradients) -> SequenceGradients<Double> {
      Double.kernels.differentiateSequence(workspace, weights, outputGradients: gradients, wants: wants)
    }
    let all = gradient(sample.cotangents, [.input, .initialState])
    let input = gradient(sample.cotangents, .input)
    expect(input.x == all.x && input.h0.isEmpty && input.c0.isEmpty && input.weights.kernel == all.weights.kernel)
    let states = gradient(sample.cotangents, .initialState)
    expect(states.x.isEmpty && states.h0 == all.h0 && states.c0 == all.c0)
    expectEqual(states.weights.recurrentKernel, all.weights.recurrentKernel)
    let none = gradient(sample.cotangents, [])
    expect(none.x.isEmpty && none.h0.isEmpty && none.weights.bias == all.weights.bias)
    expect(none.weights.recurrentBias == all.weights.recurrentBias && none.weights.peepholes == nil)
    let nothing = gradient(OutputGradients(), [.input, .initialState])
    expect((nothing.x + nothing.h0 + nothing.c0 + nothing.weights.kernel).allSatisfy { $0 == 0 })
    // Outputs, h and c add up.
    let parts = [
      OutputGradients(outputs: sample.cotangents.outputs), OutputGradients(h: sample.cotangents.h),
      OutputGradients(c: sample.cotangents.c),
    ].prefix(kind == .lstm ? 3 : 2).map { gradient($0, .input).x }
    let sum = all.x.indices.map { place in parts.reduce(0) { $0 + $1[place] } }
    expect(distance(sum, all.x) < 1e-13)
  }
}

/// The largest distance of two elements; infinite if one is no number or the counts differ.
private func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { $1.0.isNaN || $1.1.isNaN ? .infinity : max($0, abs($1.0 - $1.1)) }
}
