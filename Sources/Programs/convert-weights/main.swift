import Conversion
import Files
import Foundation
import Layers
import Options
import Safetensors
import TextLayout

/// What an option says that leaves the answer to the file.
let unknown = "as-the-file-shows"

let frameworks = Framework.allCases.map(\.rawValue)
let input = Option.positional("IN", "a file of weights: safetensors, .npz, .onnx, or JSON of the case schema")
let output = Option.optionalPositional("OUT", "the file to write: .safetensors, .onnx or .json")
let list = Option.flag("list", "print every recurrent network of IN and end")
let from = Option.choice(
  "from", of: frameworks + [unknown], default: unknown, "the framework whose names IN has")
let to = Option.choice(
  "to", of: frameworks + [unknown], default: unknown, "the framework whose layout OUT gets")
let only = Option.optional("only", "PATHS", "the networks to convert, by their paths, with commas between them")
let stack = Option.optional("stack", "PATHS", "networks that become the layers of one, from the lowest up")
let newPath = Option.optional("as", "PATH", "the path of the one network in OUT; . for none")
let keepOthers = Option.flag("keep-others", "carry all other tensors over untouched")
let dtype = Option.choice(
  "dtype", of: ["F64", "F32", "F16", "BF16", unknown], default: unknown, "the type of the numbers in OUT")
let kind = Option.choice(
  "kind", of: CellKind.allCases.map(\.rawValue) + [unknown], default: unknown,
  "the kind of cell, where names and shapes leave it open")
let resetAfter = Option.choice(
  "reset-after", of: ["yes", "no", unknown], default: unknown,
  "a GRU's reset gate acts after the product, where no tensor shows it")
let activations = Option.optional(
  "activations", "NAMES", "functions of the cells: one, or gates,candidate, or gates,candidate,output")
let merge = Option.choice(
  "merge", of: DirectionMerge.allCases.map(\.rawValue) + [unknown], default: unknown,
  "how both directions are joined")
let direction = Option.choice(
  "direction", of: ["forward", "reverse", unknown], default: unknown, "the direction of a network that has one")
let forgetBias = Option.number(
  "forget-bias", default: 1, in: -100...100, "what TensorFlow 1's LSTM cells add to the forget gate at every call")
let config = Option.optional("config", "FILE", "a Keras config, or attributes of ONNX, that say more than the weights")
let verify = Option.flag(
  "verify", "run the formulas on the tensors of IN and of OUT, with seeded inputs, and print the difference")
let seed = Option.integer("seed", default: 1, "the seed of those inputs")
let command = Command(
  "convert-weights", "Recurrent weights from one framework's layout into another's.",
  [
    input, output, from, to, list, only, stack, newPath, keepOthers, dtype, kind, resetAfter, activations, merge,
    direction, forgetBias, config, verify, seed,
  ])

/// Prints a line in which no text of a file acts on the terminal.
func say(_ line: String) { Options.say(printable(line)) }

func run() throws -> Int32 {
  let arguments = command.parseOrExit()
  let (path, target) = (arguments[input], arguments[output])
  if arguments[list] {
    guard target == nil else {
      throw ConversionError("--list: expected IN alone, received OUT \(quoted(target ?? ""))")
    }
    return try printList(Checkpoint(reading: path), arguments)
  }
  guard let target else { throw ConversionError("OUT: expected the file to write, received nothing") }
  guard let framework = Framework(rawValue: arguments[to]) else {
    throw ConversionError("--to: expected one of \(frameworks.joined(separator: ", ")), received nothing")
  }
  let files = [path, target].map { URL(filePath: $0).resolvingSymlinksInPath().path }
  guard files[0] != files[1] else {
    throw ConversionError("OUT: expected another file than IN, received \(quoted(target)) again")
  }
  try WeightConversion.checkEnding(of: target, framework)
  let checkpoint = try Checkpoint(reading: path)
  let conversion = try WeightConversion(checkpoint, try request(arguments, framework, checkpoint))
  let bytes = try conversion.bytes(for: target)
  for part in conversion.parts { describe(part) }
  describeOthers(conversion)
  if arguments[verify], try !verified(conversion, UInt64(arguments[seed])) {
    say("\(target): not written")
    return 1
  }
  try OutputFile(target).write(bytes)
  let count = try conversion.result().entries.count
  say("\(target): \(framework.rawValue), \(count) tensors, \(conversion.type.rawValue)")
  for part in conversion.parts {
    let settings = part.network.settings(in: framework, forgetBias: arguments[forgetBias])
    if !settings.isEmpty { say("  \(conversion.title(of: part)): set \(settings.joined(separator: ", "))") }
  }
  return 0
}

func request(
  _ arguments: Arguments, _ framework: Framework, _ checkpoint: Checkpoint
) throws -> ConversionRequest {
  var request = ConversionRequest(from: Framework(rawValue: arguments[from]), to: framework)
  request.only = words(arguments[only])
  request.stack = words(arguments[stack])
  request.newPath = arguments[newPath]
  request.keepsOthers = arguments[keepOthers]
  request.type = ElementType(rawValue: arguments[dtype])
  request.told = told(arguments)
  request.activations = try functions(arguments)
  if let file = arguments[config] { request.config = try Config.settings(reading: file, for: checkpoint, request.from) }
  return request
}

/// What the command line says of the networks.
func told(_ arguments: Arguments) -> NetworkSettings {
  var told = NetworkSettings(
    kind: CellKind(rawValue: arguments[kind]), merge: DirectionMerge(rawValue: arguments[merge]))
  if arguments[resetAfter] != unknown { told.resetAfter = arguments[resetAfter] == "yes" }
  if arguments[direction] != unknown { told.isReversed = arguments[direction] == "reverse" }
  if arguments.names(forgetBias) { told.forgetBias = arguments[forgetBias] }
  return told
}

func functions(_ arguments: Arguments) throws -> [Activation]? {
  guard let text = arguments[activations] else { return nil }
  return try words(text).map { word in
    guard let activation = Activation(word: word) else {
      throw ConversionError("--activations: expected names of \(Activation.words), received \(quoted(word))")
    }
    return activation
  }
}

func words(_ text: String?) -> [String] {
  (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
}

// MARK: What is printed

func printList(_ checkpoint: Checkpoint, _ arguments: Arguments) throws -> Int32 {
  let found = try checkpoint.networks(Framework(rawValue: arguments[from]))
  var right = 0
  let config = try arguments[config].map {
    try Config.settings(reading: $0, for: checkpoint, Framework(rawValue: arguments[from]))
  }
  var request = ConversionRequest(to: .keras)
  request.told = told(arguments)
  request.activations = try functions(arguments)
  request.config = config ?? [:]
  for network in found {
    do {
      let decoded = try WeightConversion.decode(network, request)
      say("\(network.title): \(network.framework.rawValue) \(decoded.summary)")
      for line in decoded.assumptions { say("  \(line)") }
      right += 1
    } catch {
      say("\(network.title): \(network.framework.rawValue), cannot be converted: \(error)")
    }
  }
  let others = checkpoint.others(than: found)
  let networks = found.count == 1 ? "network" : "networks"
  say("\(found.count) recurrent \(networks), \(others.count) other \(others.count == 1 ? "tensor" : "tensors")")
  for entry in others { say("  \(entry.name) \(entry.tensor.type.rawValue) \(entry.tensor.shape)") }
  return right == 0 ? 2 : 0
}

func describe(_ part: WeightConversion.Part) {
  let titles = part.sources.map(\.title).joined(separator: " + ")
  say("\(titles): \(part.sources[0].framework.rawValue) \(part.network.summary)")
  for line in part.network.assumptions { say("  \(line)") }
}

func describeOthers(_ conversion: WeightConversion) {
  guard !conversion.others.isEmpty else { return }
  let count = "\(conversion.others.count) other \(conversion.others.count == 1 ? "tensor" : "tensors")"
  say(
    conversion.request.keepsOthers
      ? "carried over untouched: \(count)"
      : "left out: \(count) (--keep-others carries them over)")
  for entry in conversion.others { say("  \(entry.name) \(entry.tensor.type.rawValue) \(entry.tensor.shape)") }
}

/// Both sides run on their own tensors; only the order of sums differs between them.
func verified(_ conversion: WeightConversion, _ seed: UInt64) throws -> Bool {
  var isRight = true
  for part in conversion.parts {
    let difference = try conversion.largestDifference(of: part, seed: seed)
    // Seven steps of sums of at most some thousand terms, in another order.
    let isClose = difference <= 1e-10
    isRight = isRight && isClose
    let x = [3, 7, part.network.cells[0][0].inputSize]
    say(
      "\(conversion.title(of: part)): largest difference of the outputs on seeded inputs \(x), before rounding to "
        + "\(conversion.type.rawValue): \(difference)\(isClose ? "" : ", expected at most 1e-10")")
  }
  return isRight
}

do {
  exit(try run())
} catch {
  command.exit(withError: printable("\(error)"))
}
