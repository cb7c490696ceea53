// Checks the vectorised functions on all 2³² Floats against the C library in Double. Usage: elementary-functions
// --help.
import Foundation
import Options
import Synchronization

private let allowedError: Int64 = 2

private let names = Option.positionals("FUNCTION", "exp, tanh or sigmoid; all when none is given")
private let every = Option.integer("every", default: 1, in: 1...4096, "try one block of 2²⁰ Floats in so many")
private let command = Command(
  "elementary-functions",
  "Checks exp, tanh and the logistic function on all 2³² Floats; ends with 1 if an error is above 2 ulp.",
  [every, names])
private let arguments = command.parseOrExit()

private func check(_ function: ElementaryFunction) -> WorstCase {
  let blockSize = 1 << 20
  let blockCount = (1 << 32) / blockSize / arguments[every]
  let showsProgress = isatty(STDERR_FILENO) != 0
  let state = Mutex((worst: WorstCase(), done: 0))
  DispatchQueue.concurrentPerform(iterations: blockCount) { block in
    let place = block * arguments[every] + arguments[every] / 2
    let worst = function.worstCase(first: UInt32(place * blockSize), count: blockSize)
    state.withLock { state in
      state.worst.merge(worst)
      state.done += 1
      if showsProgress && state.done % 32 == 0 {
        FileHandle.standardError.write(Data("\r\(function.name): \(state.done * 100 / blockCount) %".utf8))
      }
    }
  }
  if showsProgress { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  return state.withLock { $0.worst }
}

private func chosenFunctions() -> [ElementaryFunction] {
  let chosen = arguments[names]
  let known = ElementaryFunction.all.map(\.name)
  if let unknown = chosen.first(where: { !known.contains($0) }) {
    command.exit(withError: "FUNCTION: expected one of \(known.joined(separator: ", ")), received '\(unknown)'")
  }
  return chosen.isEmpty ? ElementaryFunction.all : ElementaryFunction.all.filter { chosen.contains($0.name) }
}

private var isWithinBounds = true
for function in chosenFunctions() {
  let worst = check(function)
  let isRight = worst.ulps <= allowedError
  isWithinBounds = isWithinBounds && isRight
  say(
    """
    \(function.name): largest error \(worst.ulps) ulp at x = \(worst.x) (received \(worst.received), \
    expected \(worst.expected)): \(isRight ? "within" : "beyond") \(allowedError) ulp
    """)
}
exit(isWithinBounds ? 0 : 1)
