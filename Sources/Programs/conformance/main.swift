import Foundation
import GoldenConformance
import Options
import TextLayout

/// Runs golden cases against these layers. Exit 0: all agree; 1: some do not; 2: a file is not a file of cases.
enum ScalarChoice: String, CaseIterable, Sendable {
  case cases, float, double

  var scalar: CaseScalar? {
    switch self {
    case .cases: nil
    case .float: .float32
    case .double: .float64
    }
  }
}

let paths = Option.positionals("PATH", "files or folders of cases; golden/ when none is given")
let json = Option.flag("json", "one JSON object a line for each case, for a program")
let only = Option.optional("only", "TEXT", "only cases whose name contains TEXT")
let list = Option.flag("list", "list the cases with their sources and tolerances, and run none")
let scalar = Option.choice("scalar", default: ScalarChoice.cases, "compute in this type; cases: in each case's own")
let mutants = Option.flag("mutants", "run every wrong implementation of the catalogue, and print which case notices it")
let program = Option.optional("implementation", "COMMAND", "put the cases to a program; golden/PROTOCOL.md says how")
let seconds = Option.number("seconds", default: 10, in: 0.1...3600, "how long the program may take for one case")
let record = Option.flag("record", "write FILE.new beside files that lack numbers or have others than today")
let review = Option.flag("review", "show what each FILE.new says otherwise; on a terminal, accept or reject it")
let accept = Option.repeated("accept", "CASE", "with --review: take over a case's new numbers, or all")
let reject = Option.repeated("reject", "CASE", "with --review: drop a case's new numbers, or all")
let command = Command(
  "conformance", "Runs golden cases against these layers.",
  [paths, json, only, list, scalar, mutants, program, seconds, record, review, accept, reject])
let arguments = command.parseOrExit()
let chosenPaths = arguments[paths].isEmpty ? [GoldenFolder.path] : arguments[paths]

if arguments[record] || arguments[review] || !arguments[accept].isEmpty || !arguments[reject].isEmpty {
  if arguments[record], arguments[review] {
    command.exit(withError: "--record: expected without --review, received both: record first, then review")
  }
  if arguments[json] {
    command.exit(withError: "--json: expected without --record and --review, received with: they speak to a person")
  }
  if !arguments[record], !arguments[review] {
    command.exit(withError: "--accept, --reject: expected together with --review, received without")
  }
  let reviewing = Reviewing(paths: chosenPaths, only: arguments[only])
  do {
    exit(
      arguments[record]
        ? try reviewing.record()
        : try reviewing.review(accept: arguments[accept], reject: arguments[reject]))
  } catch {
    command.exit(withError: "\(error)")
  }
}

let suite: Suite
do {
  suite = try Suite(paths: chosenPaths)
} catch {
  FileHandle.standardError.write(Data((error.description + "\n").utf8))
  exit(2)
}

let cases = suite.cases.filter { golden in arguments[only].map { golden.name.contains($0) } ?? true }
if cases.isEmpty {
  command.exit(withError: "--only: expected a part of a case's name, received \(quoted(arguments[only] ?? ""))")
}

if arguments[list] {
  for golden in cases { say(arguments[json] ? golden.provenanceJSON : golden.provenance) }
  exit(0)
}

if arguments[mutants] {
  do {
    let table = try MutantTable(cases)
    say(arguments[json] ? table.json : table.text)
    exit(table.survivors.isEmpty ? 0 : 1)
  } catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
  }
}

if let program = arguments[program] {
  do {
    RunningGroup.endsWithThisProcess()
    let asJSON = arguments[json]
    let run = try ExternalRun(command: program, cases: cases, seconds: arguments[seconds]) { answer in
      if !asJSON, let text = answer.text { say(text) }
    }
    say(asJSON ? run.json : run.summary)
    exit(run.allAgree ? 0 : 1)
  } catch {
    command.exit(withError: "--implementation: expected a command that can be started: \(error)")
  }
}

let implementation = LayersImplementation(scalar: arguments[scalar].scalar)
var (wrong, unsupported) = (0, 0)
for golden in cases {
  let outcome = Outcome(golden, by: implementation)
  if outcome.isUnsupported { unsupported += 1 } else if !outcome.agrees { wrong += 1 }
  say(arguments[json] ? outcome.json : outcome.text)
}
if !arguments[json] {
  let tried = cases.count - unsupported
  let rest = unsupported == 0 ? "" : ", \(unsupported) \(unsupported == 1 ? "is" : "are") not supported"
  say(
    tried == 0
      ? "no case agrees\(rest)"
      : wrong == 0 ? "all \(tried) cases agree\(rest)" : "\(wrong) of \(tried) cases do not agree\(rest)")
}
exit(wrong == 0 && unsupported < cases.count ? 0 : 1)
