import Foundation
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
    #expect(abs(step.loss - loss.value) < 1e-6)
    #expect(step.gradient.names == gradient.names)
    for (name, own) in gradient.named {
      #expect(step.gradient[name].largestDifference(from: own) < 2e-6, "\(name)")
    }
    // Adam divides by √v ≥ |g| / 30: a difference of gradients grows at most so, times the rate.
    for (name, own) in run.model.parameters.named {
      #expect(step.weights[name].largestDifference(from: own) < 1e-4, "\(name)")
      #expect(step.weights[name] != training.model.parameters[name], "\(name)")
    }
  }

  @Test(arguments: CellKind.allCases) func theChromeFileIsSound(_ cell: CellKind) throws {
    let (_, step) = try tracedStep(cell)
    let file = try #require(JSONSerialization.jsonObject(with: Data(step.trace.chromeTrace().utf8)) as? [String: Any])
    let events = try #require(file["traceEvents"] as? [[String: Any]]).filter { $0["ph"] as? String == "X" }
    #expect(events.count == step.trace.events.count)
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
    #expect(Set(events.compactMap { $0["tid"] as? Int }) == [1])
    #expect(events.allSatisfy { $0["args"] is [String: Any] })

    // Each span lies inside the one it stands under, and after its elder sibling.
    var open: [(span: Span, innerEnd: Int, innerTime: Int)] = []
    func close() {
      let closed = open.removeLast()
      #expect(closed.innerTime <= closed.span.end - closed.span.start)
    }
    for span in spans {
      while let outer = open.last, span.start >= outer.span.end, span.end > outer.span.end { close() }
      if let outer = open.last {
        #expect(span.start >= outer.innerEnd && span.end <= outer.span.end, "\(span.name) in \(outer.span.name)")
        open[open.count - 1].innerEnd = span.end
        open[open.count - 1].innerTime += span.end - span.start
      } else {
        #expect(span.name == "training step")
      }
      open.append((span, span.start, 0))
    }
    while !open.isEmpty { close() }
    let (own, whole) = (step.trace.ownTimes.reduce(0, +), step.trace.events[0].duration)
    #expect(own == whole)
  }

  /// The operations inside of every span of a step, by the name of the span they stand in.
  @Test func everyStepOfAnLSTMHasItsOperations() throws {
    let trace = try tracedStep(.lstm).step.trace
    let forward = """
      all gates: ConcatV2 MatMul BiasAdd Split; input gate i: Sigmoid; forget gate f: Sigmoid; candidate g: Tanh; \
      cell state c: Mul Mul Add; output gate o: Sigmoid; hidden state h: Tanh Mul
      """
    let pattern = patterns(of: trace, category: "forward")
    #expect(pattern.count == 28)
    #expect(pattern.allSatisfy { $0 == forward })
    let backward = patterns(of: trace, category: "backward")
    #expect(backward.count == 28)
    #expect(
      backward[27].hasPrefix("hidden state h: Mul Mul TanhGrad Add; output gate o: SigmoidGrad; cell state c: Mul Mul"))
    // The step that goes first has nothing to add its share to.
    #expect(backward[0].contains("BiasAddGrad MatMul MatMul SplitV"))
    #expect(backward[1].contains("BiasAddGrad Add MatMul Add MatMul SplitV"))
    #expect(trace.events.count { $0.name == "ApplyAdam" } == 5)
    #expect(
      trace.events.filter { $0.category == "input" }.map(\.name) == ["input layout", "Transpose", "Reshape", "Split"])
  }

  @Test func shapesAndArithmeticStandInTheArguments() throws {
    let trace = try tracedStep(.lstm).step.trace
    let product = try #require(trace.events.first { $0.name == "MatMul" })
    #expect(product["inputs"] == .shapes([[5, 37], [37, 36]]))
    #expect(product["outputs"] == .shapes([[5, 36]]))
    #expect(product["flops"] == .number(2 * 5 * 37 * 36))
    let transpose = try #require(trace.events.first { $0.name == "Transpose" })
    #expect(transpose["inputs"] == .shapes([[5, 28, 28]]))
    #expect(transpose["outputs"] == .shapes([[28, 5, 28]]))
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
