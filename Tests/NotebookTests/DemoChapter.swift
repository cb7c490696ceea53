import Drawing
import Foundation
import Options
import Support
import TextLayout

@testable import Notebook

enum DemoChapterSource {
  static let text = """
    import Notebook

    let page = Notebook("Demo")

    //: A first word, with $h_t$ and `code`.

    //: ## The gates
    //: One gate is a number between 0 and 1.
    //:
    //: $$ i_t = \\sigma(W_i x_t) $$

    let x = [1.0, 2, 4]
    page.show("x_1", x)

    func gates(_ step: Int, line: Int = #line) {
      page.show("i", step, line: line)
    }

    for step in 1...2 {

      gates(step)
    }
    //: Another word.

    //: ## The comparison
    //:
    //: | gate | what it does |
    //: |---|---|
    //: | $i$ | lets in |

    page.compare("h, every step", hand: hand, layer: layer, tolerance: 1e-13)

    page.finish()
    """
}

/// A small chapter with everything in it. Its calls name the lines of `DemoChapterSource` that stand for them.
@MainActor struct DemoChapter {
  static let units = Option.integer("units", default: 13, in: 1...512, "units of the layer")
  static let data = Option.text("data", "DIR", default: "none", "where data lies")

  let temporary = TemporaryFolder()
  var folder: URL { temporary.url }
  var file: URL { folder.appendingPathComponent("demo/main.swift") }

  init(source: String? = DemoChapterSource.text, translation: String? = nil) throws {
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("demo"), withIntermediateDirectories: true)
    if let source { try Data(source.utf8).write(to: file) }
    if let translation {
      try Data(translation.utf8).write(to: folder.appendingPathComponent("demo/prose.zh.md"))
    }
  }

  struct Run {
    var terminal: String
    var exitCode: Int32
    var html: String
    var markdown: String
    var json: String
  }

  /// Runs the chapter with the given difference between hand and layer at step 2, unit 3.
  func run(
    _ words: [String] = [], error: Double = 0, terminal: Terminal = .pipe, language: String? = nil
  ) throws -> Run {
    var printed = ""
    let paths = ["html", "markdown", "json"].map {
      (option: $0, path: folder.appendingPathComponent("page.\($0)").path)
    }
    let page = try Notebook(
      Log(
        name: "demo", number: 1, title: "Demo <1>", summary: "Everything at once.", language: "en",
        symbols: [("i", .blue), ("h", .orange)]),
      parameters: [Self.units], files: [Self.data], file: file.path,
      arguments: words + paths.flatMap { ["--" + $0.option, $0.path] } + (language.map { ["--language", $0] } ?? []),
      terminal: terminal, print: { printed += $0 })
    page.show("x_1", [1.0, 2, 4], line: 13)
    for step in 1...2 { page.show("i", step, line: 21) }
    let hand = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
    var layer = hand
    layer[1][2] += error
    page.compare("h, every step", hand: hand, layer: layer, tolerance: 1e-13, axes: ["step", "unit"], line: 31)
    page.documented("D06", "predictions", printed: "0.7290, 0.627", computed: [0.72904, 0.6274], line: 31)
    page.picture(Picture.note(title: "A picture", "nothing to see"), line: 31)
    page.table("Gates", columns: ["gate", "value"], rows: [["$i_t$", "0.5"], ["f", "-1"]], line: 31)
    let exitCode = page.conclude()
    func text(_ option: Int) throws -> String { try String(contentsOfFile: paths[option].path, encoding: .utf8) }
    return Run(
      terminal: printed, exitCode: exitCode, html: try text(0), markdown: try text(1), json: try text(2))
  }
}

extension Terminal {
  static let pipe = Terminal(columns: 80, hasColour: false, isInteractive: false)
}
