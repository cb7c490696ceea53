import Conversion
import Foundation
import Layers
import Options

/// What an option says that leaves the answer to the tensors.
let unknown = "as-the-tensors-show"

let from = Option.choice("from", of: Framework.allCases.map(\.rawValue), "the framework whose layout IN has")
let to = Option.choice("to", of: Framework.allCases.map(\.rawValue), "the framework whose layout OUT gets")
let input = Option.positional("IN", "a file of weights: safetensors, or JSON of the case schema (.json)")
let output = Option.positional("OUT", "the file to write: safetensors, or JSON (.json)")
let kind = Option.choice(
  "kind", of: CellKind.allCases.map(\.rawValue) + [unknown], default: unknown,
  "the kind of cell, where names and shapes leave it open")
let resetAfter = Option.choice(
  "reset-after", of: ["yes", "no", unknown], default: unknown,
  "a GRU's reset gate acts after the product, where no tensor shows it")
let forgetBias = Option.number(
  "forget-bias", default: 1, in: -100...100, "what TensorFlow 1's LSTM cells add to the forget gate at every call")
let verify = Option.flag("verify", "run both layouts on seeded inputs and print the difference")
let seed = Option.integer("seed", default: 1, "the seed of those inputs")
let command = Command(
  "convert-weights", "Recurrent weights from one framework's layout into another's.",
  [input, output, from, to, kind, resetAfter, forgetBias, verify, seed])

/// The network of a file, with TensorFlow 1's forget bias as part of the biases.
func network(_ stored: StoredWeights, _ framework: Framework, _ hints: InferenceHints, forgetBias: Double) throws
  -> RecurrentNetwork
{
  let network = try RecurrentNetwork(stored, layout: framework, hints: hints)
  return framework == .tensorflow1 ? network.addingForgetBias(forgetBias) : network
}

func framework(_ name: String) throws -> Framework {
  guard let framework = Framework(rawValue: name) else {
    throw ConversionError("expected a framework, received \(quoted(name))")
  }
  return framework
}

func run() throws -> Int32 {
  let arguments = command.parseOrExit()
  let (source, target) = (try framework(arguments[from]), try framework(arguments[to]))
  // Only the words of the options arrive here; the word for "unknown" is no kind of cell.
  let hints = InferenceHints(
    kind: CellKind(rawValue: arguments[kind]),
    resetAfter: arguments[resetAfter] == unknown ? nil : arguments[resetAfter] == "yes")
  let bias = arguments[forgetBias]

  let files = [arguments[input], arguments[output]].map { URL(filePath: $0).resolvingSymlinksInPath().path }
  guard files[0] != files[1] else {
    throw ConversionError("OUT: expected another file than IN, received \(quoted(arguments[output])) again")
  }
  let stored = try WeightsFile.read(arguments[input])
  let read = try network(stored, source, hints, forgetBias: bias)
  say("\(arguments[input]): \(source.rawValue) \(read.summary)")
  let written = target == .tensorflow1 ? read.addingForgetBias(-bias) : read
  let result = try written.stored(in: target, scalar: stored.scalar)
  try WeightsFile.write(result, layout: target, to: arguments[output])
  say("\(arguments[output]): \(target.rawValue), \(result.tensors.count) tensors, \(result.scalar.rawValue)")
  if read.kind == .gru, target == .onnx {
    say("set linear_before_reset=\(read.cells[0][0].resetAfter ? 1 : 0) on the ONNX node")
  }
  guard arguments[verify] else { return 0 }

  // The written file is read again, so that the comparison covers every name and axis of it.
  var known = hints
  known.kind = read.kind
  if read.kind == .gru { known.resetAfter = read.cells[0][0].resetAfter }
  let again = try network(WeightsFile.read(arguments[output]), target, known, forgetBias: bias)
  var generator = RandomGenerator(seed: UInt64(arguments[seed]))
  let x = Tensor<Double>.uniform([3, 7, read.cells[0][0].inputSize], -1, 1, using: &generator)
  let difference = try read.outputs(for: x).largestDifference(from: again.outputs(for: x))
  // Only sums of biases are rounded, by half a unit of the file's own type; over seven steps that can grow a few times.
  let tolerance = stored.scalar == .float32 ? 1e-5 : 1e-13
  say("largest difference of the outputs on seeded inputs \(x.shape): \(difference)")
  return difference <= tolerance ? 0 : 1
}

do {
  exit(try run())
} catch {
  command.exit(withError: "\(error)")
}
