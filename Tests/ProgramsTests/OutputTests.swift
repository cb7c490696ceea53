import Foundation
import Support
import Testing

/// Runs a line of the shell with the folder of the built programs as `$bin`.
private func shell(_ line: String, _ program: String) throws -> ChildResult {
  let bin = try builtProgram(program).deletingLastPathComponent().path
  return try runChild(URL(filePath: "/bin/sh"), ["-c", line], environment: ["bin": bin], seconds: 60)
}

/// Command lines that write something short.
private let commands = [
  "conformance --list", "conformance --only torch_rnn_tiny", "conformance --only torch_rnn_tiny --json",
  "conformance --only torch_rnn_tiny --mutants", "conformance --only torch_rnn_tiny --implementation cat",
  "conformance --review golden", "conformance --help", "benchmark --list", "elementary-functions --help",
  "book --help", "convert-weights --help", "chapter-lstm --help", "chapter-time-distributed",
]

/// A simple network of PyTorch with three inputs and two units.
private let smallWeights = """
  {"weights": {"weight_ih_l0": {"shape": [2, 3], "data": [1, 2, 3, 4, 5, 6]},
    "weight_hh_l0": {"shape": [2, 2], "data": [7, 8, 9, 10]}, "bias_ih_l0": {"shape": [2], "data": [11, 12]},
    "bias_hh_l0": {"shape": [2], "data": [13, 14]}}}
  """

/// No program says that all went well when nobody could read what it said.
@Suite(.lane(.commandLines)) struct OutputTests {
  #if os(Linux)
    @Test(arguments: commands) func aFullDiskEndsWithTwo(command: String) throws {
      let program = String(command.prefix { $0 != " " })
      let result = try shell("$bin/\(command) > /dev/full", program)
      expectEqual(result.code, 2)
      expect(result.errors.contains("No space left on device"), "\(result.errors)")
    }
  #endif

  /// The shell's own answer is that of the first program: 141 for one that SIGPIPE ended, 2 for one that ignores it.
  @Test(arguments: commands) func aClosedPipeIsNoSuccess(command: String) throws {
    let program = String(command.prefix { $0 != " " })
    let line = "{ { sleep 0.05; $bin/\(command) 2>/dev/null; echo $? >&3; } | true; } 3>&1"
    let result = try shell(line, program)
    expect(["141", "2"].contains(result.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(result.output)")
  }

  /// A name is bytes to the system. Where it takes any, the programs do; messages show what is no text.
  @Test func aFileMayHaveANameThatIsNoText() throws {
    try withTemporaryPath { folder in
      let name = "\(folder)/$(printf 'a\\377b')"
      try smallWeights.write(toFile: folder + "/in.json", atomically: true, encoding: .utf8)
      let missing = try shell("$bin/conformance \"\(name)\"", "conformance")
      expectEqual(missing.code, 2)
      expectEqual(
        missing.errors, "\(folder)/a\\xffb: expected a file or folder of cases, found nothing\n", "\(missing.errors)")
      #if os(Linux)
        let line = """
          cp golden/reference/torch.json "\(name)" && $bin/conformance --only torch_rnn_tiny "\(name)" &&
          $bin/convert-weights --to keras \(folder)/in.json "\(name)2" && $bin/convert-weights --list "\(name)2" &&
          $bin/chapter-time-distributed --html "\(name)3" >&2 && wc -c < "\(name)3"
          """
        let result = try shell(line, "chapter-time-distributed")
        expectEqual(result.code, 0, "\(result.errors)")
        let lines = result.output.split(separator: "\n")
        expect(lines.contains { $0.hasPrefix("agrees    torch_rnn_tiny") }, "\(result.output)")
        expect(lines.contains { $0.hasPrefix("\(folder)/a\\xffb2: keras, 3 tensors") }, "\(result.output)")
        expect((lines.last.flatMap { Int($0.filter(\.isNumber)) } ?? 0) > 10_000)
      #endif
    }
  }

  /// Both outputs go into one pipe: what was said first stands first.
  @Test(arguments: [
    ("convert-weights --to keras $in /dev/null/x", ".: pytorch SimpleRNN", "convert-weights: /dev/null/x: expected"),
    (
      "chapter-time-distributed --html /dev/full", "One layer at every step",
      "chapter-time-distributed: --html: expected"
    ),
    ("conformance --only torch_rnn_tiny --implementation 'echo no >&2; exit 3'", "torch_rnn_tiny", "0 agree"),
  ])
  func outputAndErrorsStandInOrder(command: String, first: String, last: String) throws {
    try withTemporaryPath { folder in
      try smallWeights.write(toFile: folder + "/in.json", atomically: true, encoding: .utf8)
      let program = String(command.prefix { $0 != " " })
      let line = "in=\(folder)/in.json; $bin/\(command) 2>&1"
      let lines = try shell(line, program).output.split(separator: "\n")
      let begin = lines.firstIndex { $0.contains(first) }
      let end = lines.firstIndex { $0.hasPrefix(last) }
      expect(begin != nil && end == lines.indices.last, "\(lines)")
    }
  }

  @Test func casesComeThroughAPipe() throws {
    let line = "cat golden/reference/torch.json | $bin/conformance --only torch_rnn_tiny /dev/stdin"
    let result = try shell(line, "conformance")
    expectEqual(result.code, 0, "\(result.errors)")
    expect(result.output.contains("agrees    torch_rnn_tiny"))
    let device = try shell("$bin/conformance /dev/zero", "conformance")
    expect(device.code == 2 && device.errors == "/dev/zero: expected a file that can be read, found it is a device\n")
  }

  /// A name that clears the screen, one that begins a line with a verdict, one that turns the writing round.
  @Test(arguments: [#"\u001b[2J\u001b]0;owned\u0007"#, #"a\nall 1 cases agree"#, #"a\u202eb"#, #"a\u009b2J"#])
  func namesOfAFileDoNotActOnTheTerminal(name: String) throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "case.json")
      let text = #"""
        {"schema": "rnn-golden/1", "family": "f", "cases": [{"name": "NAME", "kind": "documented", "note": "NAME",
          "source": {"title": "NAME", "file": "NAME"}, "layout": "keras", "dtype": "float64", "layer": "dense",
          "config": {"units": 1},
          "weights": {"kernel": {"shape": [1, 1], "data": [2]}, "bias": {"shape": [1], "data": [0]}},
          "inputs": {"x": {"shape": [1, 1], "data": [1]}}, "expected": {"outputs": {"shape": [1, 1], "data": [WANT]}},
          "tolerance": {"abs": 0, "rel": 0, "reason": "NAME"}}]}
        """#
      for want in ["2", "3", "true"] {
        try Data(text.replacing("NAME", with: name).replacing("WANT", with: want).utf8).write(to: file)
        for options in [[], ["--list"], ["--json"], ["--list", "--json"], ["--implementation", "cat"]] {
          let result = try runBuilt("conformance", options + [file.path], seconds: 60)
          let shown = result.output + result.errors
          let acting = shown.unicodeScalars.filter {
            $0 != "\n" && [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
          }
          expect(acting.isEmpty, "\(options): \(acting.map { $0.value })")
          let forged = shown.split(separator: "\n").filter { $0.hasPrefix("all 1 cases agree") }.count
          expect(forged == (want == "2" && options.isEmpty ? 1 : 0), "\(options): \(shown)")
        }
      }
    }
  }
}
