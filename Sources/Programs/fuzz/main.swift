// Feeds readers with damaged inputs, and keeps those that crash them. Usage: fuzz --help.
import Files
import Foundation
import Options
import Tensors
import TextLayout

private let seed = Option.integer("seed", default: 1, "the seed of all changes: the same seed makes the same inputs")
private let names = Option.repeated(
  "target", "NAME", "one of \(Target.all.map(\.name).joined(separator: ", ")); all without it")
private let seconds = Option.number("seconds", default: 30, in: 0.1...1_000_000, "how long, for all targets together")
private let corpus = Option.text("corpus", "PATH", default: "golden", "the cases that inputs are made of")
private let keep = Option.text("keep", "FOLDER", default: ".", "where inputs are kept that a reader does not stand")
private let replay = Option.optional("replay", "FILE", "run one kept input against the one --target, in this process")
private let worker = Option.optional("worker", "FILE", "run the one --target in this process, each input at FILE first")
private let command = Command(
  "fuzz", "Feeds readers with damaged inputs, and keeps those that crash them, hang, or take much memory.",
  [seed, names, seconds, corpus, keep, replay, worker])
private let arguments = command.parseOrExit()

/// An input may take so long, and so much memory.
private let limit = (seconds: UInt32(10), bytes: 3 << 30)

private func chosenTargets() -> [Target] {
  let chosen = arguments[names]
  let known = Target.all.map(\.name)
  if let unknown = chosen.first(where: { !known.contains($0) }) {
    command.exit(withError: "--target: expected one of \(known.joined(separator: ", ")), received \(quoted(unknown))")
  }
  return chosen.isEmpty ? Target.all : Target.all.filter { chosen.contains($0.name) }
}

/// Ends this process by a signal after so many seconds of work, or thirty times as many of waiting: on a busy machine a
/// reader that works is not late. 0 takes the limit back.
private func limitTime(_ seconds: UInt32) {
  var work = itimerval()
  work.it_value.tv_sec = Int(seconds)
  #if os(Linux)
    setitimer(__itimer_which_t(ITIMER_PROF.rawValue), &work, nil)
  #else
    setitimer(ITIMER_PROF, &work, nil)
  #endif
  alarm(30 * seconds)
}

/// Runs one input: a thrown error is a right answer, a `Finding` is none.
private func run(_ target: Target, _ bytes: [UInt8], _ path: String, _ golden: Golden) {
  limitTime(limit.seconds)
  defer { limitTime(0) }
  do { try target.run(bytes, path, golden) } catch let finding as Finding {
    command.exit(withError: "finding: \(finding)")
  } catch {
    do { try requireHarmless("\(error)") } catch { command.exit(withError: "finding: \(error)") }
  }
}

/// Bounds the memory of this process, unless it is built with a sanitizer, which takes terabytes of addresses.
private func limitMemory() {
  let isSanitized = ["__asan_init", "__tsan_init"].contains { (name: String) in
    dlsym(dlopen(nil, RTLD_LAZY), name) != nil
  }
  guard !isSanitized else { return }
  var bound = rlimit(rlim_cur: rlim_t(limit.bytes), rlim_max: rlim_t(limit.bytes))
  #if os(Linux)
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &bound)
  #else
    setrlimit(RLIMIT_DATA, &bound)
  #endif
}

/// Refuses a target whose reader takes none of the inputs before they are damaged: all that follows would stop at the
/// first line of the reader.
private func requireRead(_ inputs: [[UInt8]], by target: Target, _ path: String, _ golden: Golden) throws {
  var first: (any Error)?
  for bytes in inputs.prefix(20) {
    try Data(bytes).write(to: URL(filePath: path))
    do { return try target.run(bytes, path, golden) } catch { first = first ?? error }
  }
  unlink(path)
  throw Finding(
    "\(target.name): expected a reader that takes inputs without damage, received \(first.map { "\($0)" } ?? "none")")
}

/// Inputs for one target until the time is over. A crash ends this process; the input that did it stands at `path`.
private func work(_ target: Target, path: String) throws {
  limitMemory()
  let golden = try Golden(corpus: arguments[corpus])
  let inputs = try target.corpus(golden)
  try requireRead(inputs, by: target, path, golden)
  let number = target.name.utf8.reduce(UInt64(arguments[seed])) { $0 &* 1_000_003 &+ UInt64($1) }
  var mutator = Mutator(
    generator: RandomGenerator(seed: number), corpus: inputs, form: target.form)
  let end = Date().addingTimeInterval(arguments[seconds])
  var count = 0
  while Date() < end {
    let bytes = mutator.next()
    try Data(bytes).write(to: URL(filePath: path))
    run(target, bytes, path, golden)
    count += 1
  }
  say("\(target.name): \(count) inputs")
}

/// Each target in a process of its own; the number of findings.
private func search(_ targets: [Target]) throws -> Int {
  let folder = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let share = arguments[seconds] / Double(targets.count)
  let own = try Child.program("fuzz")
  var findings = 0
  for target in targets {
    let input = folder.appending(path: target.name)
    let child = try Child(
      own,
      [
        "--worker", input.path, "--target", target.name, "--seed", "\(arguments[seed])", "--seconds", "\(share)",
        "--corpus",
        arguments[corpus],
      ], seconds: share + 600, showsOutput: true)
    if child.signal == nil, child.code == 0 { continue }
    guard FileManager.default.fileExists(atPath: input.path) else {
      throw Finding("\(target.name): expected a process that tries inputs, received \(child.ending) before the first")
    }
    findings += 1
    let kept = "\(arguments[keep])/fuzz-\(target.name)-\(arguments[seed])"
    let bytes = try InputFile(input.path).bytes()
    try OutputFile(kept).write(bytes)
    say("\(target.name): \(child.ending)")
    say("    \(bytes.count) bytes kept: fuzz --target \(target.name) --replay \(kept)")
  }
  return findings
}

do {
  let targets = chosenTargets()
  if arguments[replay] != nil || arguments[worker] != nil, targets.count != 1 {
    command.exit(withError: "--replay, --worker: expected one --target, received \(targets.count)")
  }
  if let path = arguments[replay] {
    let bytes = try InputFile(path).bytes()
    let copy = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)").path
    try Data(bytes).write(to: URL(filePath: copy))
    defer { unlink(copy) }
    run(targets[0], bytes, copy, try Golden(corpus: arguments[corpus]))
    say("\(targets[0].name): no finding")
  } else if let path = arguments[worker] {
    try work(targets[0], path: path)
  } else {
    exit(try search(targets) == 0 ? 0 : 1)
  }
} catch {
  command.exit(withError: "\(error)")
}
