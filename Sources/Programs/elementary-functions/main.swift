// Checks the vectorised functions on every Float there is, all 2³² bit patterns, against the C library in Double.
// Usage: elementary-functions [exp] [tanh] [sigmoid]; ends with 1 if one is more than 2 units in the last place off.
import Foundation
import Synchronization

private let allowedError: Int64 = 2

private func check(_ function: ElementaryFunction) -> WorstCase {
  let blockSize = 1 << 20
  let blockCount = (1 << 32) / blockSize
  let showsProgress = isatty(STDERR_FILENO) != 0
  let state = Mutex((worst: WorstCase(), done: 0))
  DispatchQueue.concurrentPerform(iterations: blockCount) { block in
    let worst = function.worstCase(first: UInt32(block * blockSize), count: blockSize)
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
  let names = CommandLine.arguments.dropFirst()
  let known = ElementaryFunction.all.map(\.name)
  if let unknown = names.first(where: { !known.contains($0) }) {
    let message = "elementary-functions: unknown function '\(unknown)'; known are \(known.joined(separator: ", "))\n"
    FileHandle.standardError.write(Data(message.utf8))
    exit(2)
  }
  return names.isEmpty ? ElementaryFunction.all : ElementaryFunction.all.filter { names.contains($0.name) }
}

private var isWithinBounds = true
for function in chosenFunctions() {
  let worst = check(function)
  let isRight = worst.ulps <= allowedError
  isWithinBounds = isWithinBounds && isRight
  print(
    """
    \(function.name): largest error \(worst.ulps) ulp at x = \(worst.x) (received \(worst.received), \
    expected \(worst.expected)): \(isRight ? "within" : "beyond") \(allowedError) ulp
    """)
}
exit(isWithinBounds ? 0 : 1)
