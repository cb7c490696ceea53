import DigitClassifier
import Foundation
import ChapterSupport

// What a run with `--trace` shows of the first training step: where the time goes.

/// Timelines and totals, at the place of the call.
func showTimes(line: Int) {
  let whole = events[0].duration
  page.picture(
    .timeline(title: titled("One training step"), lanes: [lane(events.indices.map { $0 })], unit: "µs"), line: line)
  let inside = events.indices.filter { index in
    events[index].start >= events[firstStep].start && events[index].end <= events[firstStep].end && index >= firstStep
  }
  page.picture(.timeline(title: titled("Step 1 of the cell, forward"), lanes: [lane(inside)], unit: "µs"), line: line)
  page.picture(
    .barChart(
      title: titled("Time of each operation"),
      bars: totals.map { .init($0.name, Double($0.ownTime) / 1000) }, unit: "µs"), line: line)
  let peak = PeakSpeed.gigaflops()
  page.table(
    "The products", columns: ["operation", "time", "GFLOP/s", "share of the machine's peak"],
    rows: totals.filter { $0.flops > 0 }.map { total in
      let speed = Double(total.flops) / Double(max(total.ownTime, 1))
      return [
        total.name, "\(total.ownTime / 1000) µs", page.text(speed, decimals: 1),
        page.text(100 * speed / peak, decimals: 1) + " %",
      ]
    }, line: line)
  let flops = totals.reduce(0) { $0 + $1.flops }
  let speed = Double(flops) / Double(max(whole, 1))
  page.result(
    """
    the whole step, operation by operation: \(whole / 1000) µs
    its speed: \(page.text(speed, decimals: 1)) GFLOP/s of a peak of \(page.text(peak, decimals: 0)) GFLOP/s, \
    \(page.text(100 * speed / peak, decimals: 1)) %
    the same step by the layer: \(page.must(try timeByLayer(), line: line) / 1000) µs
    """, line: line)
}

/// The first step, operation by operation. Where its times will be shown, twice: the first time the system has to find
/// the memory, which a training does once.
func tracedStep(line: Int = #line) -> TracedStep {
  func step() throws -> TracedStep { try TracedStep(of: beginning, pictures: batchPictures, labels: batchLabels) }
  return page.must(try page[trace] == nil ? step() : (step(), step()).1, line: line)
}

/// Nanoseconds that the layer takes for the step: the median of nine.
func timeByLayer() throws -> Int {
  let times = try (0..<9).map { _ in
    var run = beginning.run
    let start = ContinuousClock.now
    let forward = try run.model.forward(batchPictures)
    let loss = try softmaxCrossEntropy(forward.output, batchLabels)
    let gradient = try run.model.parameterGradient(loss.gradient, cache: forward.cache)
    try run.optimizer.step(&run.model.parameters, gradient: gradient, state: &run.optimizerState)
    return ContinuousClock.now - start
  }
  return Int(times.sorted()[4] / .nanoseconds(1))
}

/// Events of the trace, by their places, as a lane of a timeline.
func lane(_ places: [Int]) -> Picture.Lane {
  Picture.Lane(
    "main",
    places.map { index in
      let event = events[index]
      return .init(
        event.name, from: Double(event.start) / 1000, to: Double(event.end) / 1000,
        isGroup: event["inputs"] == nil)
    })
}
