import Foundation
import Support
import Testing

@testable import DigitClassifier

/// A training that has made some steps, and its next one, traced.
private func tracedStep(_ cell: CellKind) throws -> (training: DigitTraining, step: TracedStep) {
  var training = DigitTraining(smallSettings(cell))
  var count = 0
  try training.train(on: smallDigits, epochs: 1) { _, _ in
    count += 1
    return count == 4 ? .stop : .proceed
  }
  let (pictures, labels) = batch
  return (training, try TracedStep(of: training, pictures: pictures, labels: labels))
}

private var batch: (pictures: Tensor<Float>, labels: Labels) {
  let numbers = [3, 14, 15, 9, 26]
  return (smallDigits.train.pixels(numbers), smallDigits.train.targets.batch(numbers[...]))
}

@Suite struct TracedSteps {
  @Test(arguments: CellKind.allCases) func computeWhatTheLayersCompute(_ cell: CellKind) throws {
    let (training, step) = try tracedStep(cell)
    let (pictures, labels) = batch
    let forward = try training.model.forward(pictures)
    let loss = try softmaxCrossEntropy(forward.output, labels)
    let gradient = try training.model.backward(loss.gradient, cache: forward.cache).parameters
    var run = training.run
    try run.optimizer.step(&run.model.parameters, gradient: gradient, state: &run.optimizerState)

    // Sums of some dozen products of size 1 in `Float`, in another order, over 28 steps.
    expect(abs(step.loss - loss.value) < 1e-6)
    expectEqual(step.gradient.names, gradient.names)
    for (name, own) in gradient.named {
      expect(step.gradient[name].largestDifference(from: own) < 2e-6, "\(name)")
    }
    // Adam divides by √v ≥ |g| / 30: a difference of gradients grows at most so, times the rate.
    for (name, own) in run.model.parameters.named {
      expect(step.weights[name].largestDifference(from: own) < 1e-4, "\(name)")
      expect(step.weights[name] != training.model.parameters[name], "\(name)")
    }
  }

  @Test(arguments: CellKind.allCases) func theChromeFileIsSound(_ cell: CellKind) throws {
    let (_, step) = try tracedStep(cell)
    let file = try #require(JSONSerialization.jsonObject(with: Data(step.trace.chromeTrace().utf8)) as? [String: Any])
    let events = try #require(file["traceEvents"] as? [[String: Any]]).filter { $0["ph"] as? String == "X" }
    expectEqual(events.count, step.trace.events.count)
    struct Span {
      let name: String
      let start, end: Int
    }
    // Nanoseconds again, so that sums are exact.
    let spans = try events.map { event in
      let start = Int((try #require(event["ts"] as? Double) * 1000).rounded())
      let duration = Int((try #require(event["dur"] as? Double) * 1000).rounded())
      return Span(name: try #require(event["name"] as? String), start: start, end: start + duration)
    }
    expectEqual(Set(events.compactMap { $0["tid"] as? Int }), [1])
    expect(events.allSatisfy { $0["args"] is [String: Any] })

    // Each span lies inside the one it stands under, and after its elder sibling.
    var open: [(span: Span, innerEnd: Int, innerTime: Int)] = []
    func close() {
      let closed = open.removeLast()
      expect(closed.innerTime <= closed.span.end - closed.span.start)
    }
    for span in spans {
      while let outer = open.last, span.start >= outer.span.end, span.end > outer.span.end { close() }
      if let outer = open.last {
        expect(span.start >= outer.innerEnd && span.end <= outer.span.end, "\(span.name) in \(outer.span.name)")
        open[open.count - 1].innerEnd = span.end
        open[open.count - 1].innerTime += span.end - span.start
      } else {
        expectEqual(span.name, "training step")
      }
      open.append((span, span.start, 0))
    }
    while !open.isEmpty { close() }
    let (own, whole) = (step.trace.ownTimes.reduce(0, +), step.trace.events[0].duration)
    expectEqual(own, whole)
  }

  /// The operations inside of every span of a step, by the name of the span they stand in.
  @Test func everyStepOfAnLSTMHasItsOperations() throws {
    let trace = try tracedStep(.lstm).step.trace
    let forward = """
      all gates: ConcatV2 MatMul BiasAdd Split; input gate i: Sigmoid; forget gate f: Sigmoid; candidate g: Tanh; \
      cell state c: Mul Mul Add; output gate o: Sigmoid; hidden state h: Tanh Mul
      """
    let pattern = patterns(of: trace, category: "forward")
    expectEqual(pattern.count, 28)
    expect(pattern.allSatisfy { $0 == forward })
    let backward = patterns(of: trace, category: "backward")
    expectEqual(backward.count, 28)
    expect(
      backward[27].hasPrefix("hidden state h: Mul Mul TanhGrad Add; output gate o: SigmoidGrad; cell state c: Mul Mul"))
    // The step that goes first has nothing to add its share to.
    expect(backward[0].contains("BiasAddGrad MatMul MatMul SplitV"))
    expect(backward[1].contains("BiasAddGrad Add MatMul Add MatMul SplitV"))
    expectEqual(trace.events.count { $0.name == "ApplyAdam" }, 5)
    expectEqual(
      trace.events.filter { $0.category == "input" }.map(\.name), ["input layout", "Transpose", "Reshape", "Split"])
  }

  @Test func shapesAndArithmeticStandInTheArguments() throws {
    let trace = try tracedStep(.lstm).step.trace
    let product = try #require(trace.events.first { $0.name == "MatMul" })
    expectEqual(product["inputs"], .shapes([[5, 37], [37, 36]]))
    expectEqual(product["outputs"], .shapes([[5, 36]]))
    expectEqual(product["flops"], .number(2 * 5 * 37 * 36))
    let transpose = try #require(trace.events.first { $0.name == "Transpose" })
    expectEqual(transpose["inputs"], .shapes([[5, 28, 28]]))
    expectEqual(transpose["outputs"], .shapes([[28, 5, 28]]))
  }

  /// The same of the other cells, forward, and backward at the first and at the second step that are gone through.
  @Test(arguments: [
    (
      CellKind.gru,
      [
        "all gates: MatMul BiasAdd Split MatMul BiasAdd Split; update gate z: Add Sigmoid; reset gate r: Add Sigmoid; "
          + "candidate g: Mul Add Tanh; hidden state h: Mul Sub Mul Add",
        "hidden state h: Sub Mul Sub Mul Mul; candidate g: TanhGrad Mul Mul; reset gate r: SigmoidGrad; "
          + "update gate z: SigmoidGrad; "
          + "all gates: ConcatV2 ConcatV2 BiasAddGrad BiasAddGrad MatMul MatMul MatMul Add",
        "hidden state h: Sub Mul Sub Mul Mul; candidate g: TanhGrad Mul Mul; reset gate r: SigmoidGrad; "
          + "update gate z: SigmoidGrad; "
          + "all gates: ConcatV2 ConcatV2 BiasAddGrad Add BiasAddGrad Add MatMul Add MatMul Add MatMul Add",
      ]
    ),
    (
      .simpleRNN,
      [
        "hidden state h: ConcatV2 MatMul BiasAdd Tanh",
        "hidden state h: TanhGrad BiasAddGrad MatMul MatMul SplitV",
        "hidden state h: TanhGrad BiasAddGrad Add MatMul Add MatMul SplitV",
      ]
    ),
    (
      .lstm,
      [
        "all gates: ConcatV2 MatMul BiasAdd Split; input gate i: Sigmoid; forget gate f: Sigmoid; candidate g: Tanh; "
          + "cell state c: Mul Mul Add; output gate o: Sigmoid; hidden state h: Tanh Mul",
        "hidden state h: Mul Mul TanhGrad Add; output gate o: SigmoidGrad; cell state c: Mul Mul Mul Mul; "
          + "candidate g: TanhGrad; forget gate f: SigmoidGrad; input gate i: SigmoidGrad; "
          + "all gates: ConcatV2 BiasAddGrad MatMul MatMul SplitV",
        "hidden state h: Mul Mul TanhGrad Add; output gate o: SigmoidGrad; cell state c: Mul Mul Mul Mul; "
          + "candidate g: TanhGrad; forget gate f: SigmoidGrad; input gate i: SigmoidGrad; "
          + "all gates: ConcatV2 BiasAddGrad Add MatMul Add MatMul SplitV",
      ]
    ),
  ]) func everyCellHasItsOperations(_ cell: CellKind, _ expected: [String]) throws {
    let trace = try tracedStep(cell).step.trace
    let (forward, backward) = (patterns(of: trace, category: "forward"), patterns(of: trace, category: "backward"))
    expectEqual(forward, [String](repeating: expected[0], count: 28))
    expectEqual(backward, [expected[1]] + [String](repeating: expected[2], count: 27))
    // The parts of a step, and what each consists of.
    func inside(_ name: String, _ category: String) -> [String] {
      guard let own = trace.events.firstIndex(where: { $0.name == name && $0.category == category }) else { return [] }
      return trace.parents.indices.filter { trace.parents[$0] == own }.map { trace.events[$0].name }
    }
    expectEqual(inside("training step", "step"), ["input layout", "forward", "loss", "backward", "optimizer"])
    expect(inside("forward", "forward") == (1...28).map { "step \($0)" } + ["dense layer"])
    let end = cell == .gru ? [] : ["all steps"]
    expectEqual(inside("backward", "backward"), ["dense layer"] + (1...28).reversed().map { "step \($0)" } + end)
    expect(inside("all steps", "backward") == (cell == .gru ? [] : ["SplitV"]))
    expectEqual(inside("dense layer", "forward"), ["MatMul", "BiasAdd"])
    expectEqual(inside("dense layer", "backward"), ["MatMul", "BiasAddGrad", "MatMul"])
    expectEqual(inside("loss", "loss"), ["SoftmaxCrossEntropy"])
    let weights = try tracedStep(cell).training.model.parameters.names
    expectEqual(inside("optimizer", "optimizer"), weights)
    for name in weights { expectEqual(inside(name, "optimizer"), ["ApplyAdam"]) }
  }

  /// The shapes of every operation of another kind than products.
  @Test func shapesOfAllOperationsStandInTheArguments() throws {
    let trace = try tracedStep(.lstm).step.trace
    let shapes: [(String, inputs: [[Int]], outputs: [[Int]])] = [
      ("Reshape", [[28, 5, 28]], [[140, 28]]), ("ConcatV2", [[5, 28], [5, 9]], [[5, 37]]),
      ("BiasAdd", [[5, 36], [36]], [[5, 36]]), ("Sigmoid", [[5, 9]], [[5, 9]]), ("Tanh", [[5, 9]], [[5, 9]]),
      ("Mul", [[5, 9], [5, 9]], [[5, 9]]), ("Add", [[5, 9], [5, 9]], [[5, 9]]),
      ("SigmoidGrad", [[5, 9], [5, 9]], [[5, 9]]), ("TanhGrad", [[5, 9], [5, 9]], [[5, 9]]),
      ("BiasAddGrad", [[5, 10]], [[10]]), ("SoftmaxCrossEntropy", [[5, 10]], [[5, 10]]),
      ("SplitV", [[5, 37]], [[5, 28], [5, 9]]), ("ApplyAdam", [[28, 36], [28, 36]], [[28, 36]]),
    ]
    for (name, inputs, outputs) in shapes {
      let event = try #require(trace.events.first { $0.name == name })
      expect(event["inputs"] == .shapes(inputs) && event["outputs"] == .shapes(outputs), "\(name)")
      expect(event["flops"] == nil)
    }
    let splits = trace.events.filter { $0.name == "Split" }.map { $0["outputs"] }
    expectEqual(splits[0], .shapes([[Int]](repeating: [5, 28], count: 28)))
    expectEqual(splits[1], .shapes([[Int]](repeating: [5, 9], count: 4)))
  }

  private func patterns(of trace: Trace, category: String) -> [String] {
    func inside(_ index: Int) -> [Int] { trace.parents.indices.filter { trace.parents[$0] == index } }
    let steps = trace.events.indices.filter {
      trace.events[$0].category == category && trace.events[$0].name.hasPrefix("step ")
    }
    return steps.map { step in
      inside(step).map { gate in
        trace.events[gate].name + ": " + inside(gate).map { trace.events[$0].name }.joined(separator: " ")
      }.joined(separator: "; ")
    }
  }
}
