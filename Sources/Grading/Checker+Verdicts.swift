import Foundation
import TextLayout

extension Checker {
  /// The verdict on a file that does not compile.
  func verdict(_ failure: Compiler.Failure, _ exercise: Exercise) -> Verdict {
    guard failure.file != "main.swift" else {
      return Verdict(
        .fails, fault: "the check cannot call the function, because a name, an argument or a type was changed",
        [
          "The compiler says: \(failure.message)",
          "`--reset \(exercise.id)` gives the delivered file back; yours is kept.",
        ])
    }
    let place = failure.line.map { "\(exercise.fileName):\($0)" } ?? exercise.fileName
    return Verdict(
      .fails, fault: "the file does not compile", ["\(place): \(failure.message)", failure.advice])
  }

  /// The verdict on a program that was run.
  func verdict(_ exercise: Exercise, _ ending: ChildEnding, _ reference: Reference)
    throws(GradingError) -> Verdict
  {
    let answers: [CaseAnswers]
    do { answers = try CaseAnswers.read(ending.output) } catch {
      return Verdict(.fails, fault: "the program does not keep to the protocol", [error.description])
    }
    if answers.count < exercise.cases.count || ending.reason != .exit(0) {
      return broken(exercise, ending, after: answers.count)
    }
    guard let difference = exercise.firstDifference(answers, reference.solution) else { return Verdict(.passes) }
    let inputs = try CaseAnswers.read(exercise.casesText)
    let name = exercise.name(of: answers, reference, inputs: inputs) { pairs(exercise) }
    let named = exercise.answers.first { difference.contains("\($0.name):") || difference.contains("\($0.name),") }
    return Verdict(
      .fails, fault: name,
      ["First difference: \(difference)."] + (named.map { ["\($0.name) is \($0.meaning)."] } ?? []))
  }

  /// The verdict on a program that did not answer all cases.
  private func broken(_ exercise: Exercise, _ ending: ChildEnding, after count: Int) -> Verdict {
    let place = "case \(count + 1) of \(exercise.cases.count)"
    switch ending.reason {
    case .timeout:
      return Verdict(
        .fails, fault: "the program does not end",
        [
          "It had computed for seconds, and was stopped in \(place).",
          "A loop whose condition stays true, or a function that calls itself, does that.",
        ])
    case .exit(let code):
      return Verdict(
        .fails, fault: "the program ended before it had answered",
        ["It ended with exit code \(code) in \(place)."] + (ending.errors.isEmpty ? [] : [excerpt(ending.errors)]))
    case .signal(let signal):
      let message = ending.errors.split(separator: "\n").first { $0.contains("Fatal error") }
        .map { String($0[($0.firstRange(of: "Fatal error")?.lowerBound ?? $0.startIndex)...]) }
      return Verdict(
        .fails, fault: "the program stopped with a run-time error",
        ["\(message ?? "Signal \(signal)") in \(place).", Self.advice(for: message ?? "")])
    }
  }

  private static func advice(for message: String) -> String {
    let table = [
      (
        "Index out of range",
        "An array was read or written at a place that it does not have. Sizes differ from case to "
          + "case: use `x.count`, not a number from the example."
      ),
      ("Range requires", "A range a..<b had an end below its beginning."),
      ("Division by zero", "A whole number was divided by 0."),
      ("nil while unwrapping", "A value was nil where `!` said it never is."),
      ("cannot be converted", "A Double without a whole number near it (NaN or infinite) became an Int."),
      ("overflow", "A whole number became too large, or negative where that cannot be."),
    ]
    return table.first { message.contains($0.0) }?.1
      ?? "A function that calls itself without end, or a value beyond its type's range, does that."
  }

  /// The beginning of what a program wrote, in one line.
  func excerpt(_ text: String) -> String {
    printable(String(text.split(separator: "\n").joined(separator: " ").prefix(200)))
  }
}

extension Verdict {
  func adding(_ detail: String) -> Verdict { Verdict(state, fault: fault, details + [detail]) }
}
