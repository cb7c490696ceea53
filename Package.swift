// swift-tools-version: 6.2
import Foundation
import PackageDescription

// MARK: Modules, from the lowest to the highest. Each names those that it imports itself, and only modules above it.

let modules: [Module] = [
  // Arithmetic and networks.
  .headers("CMachine"),
  .library("Kernels", ["CMachine"], optimised: true),
  .library("Tensors", ["Kernels"], optimised: true),
  .library("Layers", ["Tensors"], optimised: true),
  .library("Training", ["Layers"], optimised: true),
  .library("ArticleModels", ["Training"]),
  .library("SequenceTasks", ["Training"], optimised: true),
  .library("ReorderingTasks", ["SequenceTasks"], optimised: true),

  // Common ground of the programs: text for terminals, command lines, files.
  .library("TextLayout"),
  .library("Options", ["TextLayout"]),
  .library("Files", ["TextLayout"]),
  .library("StrictJSON", ["TextLayout"], optimised: true),

  // Golden numbers: those that documents printed, and the cases of frameworks.
  .library("PrintedNumbers", ["StrictJSON", "Tensors"]),
  .library("NumericTensors", ["StrictJSON", "Tensors"], optimised: true),
  .library("GoldenCases", ["NumericTensors", "Layers", "PrintedNumbers", "Files", "TextLayout"]),
  // The equations a second time, plainly, with every fault that an implementation can have.
  .library("ReferenceNetworks", ["GoldenCases"]),
  // Not `Conformance`: where upper and lower case are one, as on most Macs, that is the program's name.
  .library("GoldenConformance", ["ReferenceNetworks", "Training", "Files", "TextLayout"]),

  // Notebooks. They know nothing of networks.
  .library("Formulas", ["TextLayout"]),
  .library("Drawing", ["TextLayout", "Formulas"]),
  .library("Notebook", ["Options", "TextLayout", "Files", "StrictJSON", "Formulas", "Drawing"]),

  // Where pictures and notebooks meet networks: what a chapter imports.
  .library("NetworkDrawing", ["Drawing", "Layers"]),
  .library("ChapterSupport", ["Notebook", "NetworkDrawing", "PrintedNumbers", "ArticleModels", "SequenceTasks"]),

  // Files of weights and of digits.
  .headers("CZlib"),
  .library("Digits", ["CZlib"], optimised: true),
  .library("Safetensors", ["Files", "StrictJSON", "TextLayout"], optimised: true),
  .library("WeightFiles", ["CZlib", "Safetensors"], optimised: true),
  .library(
    "Conversion", ["Layers", "WeightFiles", "GoldenCases", "Files", "StrictJSON", "TextLayout"]),

  // Handwritten digits, read row by row, and a record of what ran when.
  .library("Timeline", ["StrictJSON"]),
  // What long trainings share: files to go on from, Ctrl-C, how fast they go.
  .library("LongTraining", ["Training", "Files", "Safetensors"], optimised: true),
  .library("DigitClassifier", ["LongTraining", "Digits", "Timeline"], optimised: true),

  // Text, a grammar whose entropy is known, and networks that predict the next word.
  .library("LanguageModels", ["LongTraining", "Files", "TextLayout"], optimised: true),

  // Exercises. Not `Exercises`, for the same reason as above.
  .library("Grading", ["TextLayout", "Files", "StrictJSON"]),

  // Programs.
  .program("elementary-functions", ["Kernels", "Options"], optimised: true),
  .program("conformance", ["GoldenConformance", "Options", "TextLayout"]),
  .program("convert-weights", ["Conversion", "Options", "TextLayout"]),
  .program(
    "fuzz", ["GoldenConformance", "Conversion", "DigitClassifier", "CZlib", "Files", "Options", "TextLayout"]),
  .program("benchmark", ["Training", "Files", "Options"], exclude: ["peer.py"]),
  .program("exercises", ["Grading", "Options", "TextLayout"]),
]

/// In the order of the book, whose program runs them.
let chapters: [Module] = [
  .chapter("time-distributed"),
  .chapter("simple-rnn"),
  .chapter("two-layer-rnn"),
  .chapter("lstm"),
  .chapter("gru"),
  .chapter("basic-lstm-cell"),
  .chapter("mnist", ["DigitClassifier"]),
  .chapter("gradients", ["GoldenCases"]),
  .chapter("language-model", ["LanguageModels"]),
  .chapter("sort", ["LongTraining", "ReorderingTasks"]),
  .chapter("stateful"),
  .chapter("attention", ["LongTraining", "ReorderingTasks"]),
  .chapter("rosetta", ["GoldenCases"]),
]

let book: Module = .program(
  "book", ["Notebook", "Options", "TextLayout", "Files", "Digits"] + chapters.map(\.name))

let suites: [Module] = [
  .support, .tests("Support", of: []),
  .tests("Kernels", optimised: true), .tests("Tensors"), .tests("Layers", ["PrintedNumbers"]),
  .tests("Training", ["PrintedNumbers"]),
  .tests("ArticleModels", ["PrintedNumbers"]), .tests("SequenceTasks", ["PrintedNumbers"]),
  .tests("ReorderingTasks", ["PrintedNumbers"]),
  .tests("TextLayout"), .tests("Options"), .tests("Files"), .tests("StrictJSON"), .tests("PrintedNumbers"),
  .tests("Golden", of: ["GoldenConformance"]), .tests("Formulas"), .tests("Drawing", ["NetworkDrawing"]),
  .tests("Notebook"), .tests("ChapterSupport"), .tests("Rosetta", of: ["chapter-rosetta"]), .tests("Digits"),
  .tests("Safetensors"), .tests("WeightFiles"), .tests("Conversion"), .tests("Timeline"), .tests("DigitClassifier"),
  .tests("LongTraining"), .tests("LanguageModels", ["PrintedNumbers"]),
  // Solutions are compared with the layers.
  .tests("Grading", ["Layers"]),
  // The program that writes the pages, and the pages of the chapters beside fresh runs.
  .tests("Book", of: ["book"]), .tests("Chapters", of: ["book"], optimised: true),
  // Pages with live places, in a browser where there is one.
  .tests(
    "LivePages",
    of: [
      "Notebook", "chapter-lstm", "chapter-gru", "chapter-simple-rnn", "chapter-mnist", "chapter-gradients",
      "chapter-language-model", "chapter-rosetta",
    ]),
  // What all programs have in common; they run as children.
  .tests("Programs", of: []),
]

// MARK: From modules to targets.

/// A row of the table.
struct Module {
  enum Kind { case headers, library, program, chapter, support, tests }
  var kind: Kind
  var name: String
  var dependencies: [String]
  /// Whether a debug build optimises it: modules that compute. The others compile in two thirds of the time without.
  var optimised = false
  var exclude: [String] = []

  static func headers(_ name: String) -> Module {
    Module(kind: .headers, name: name, dependencies: [])
  }
  static func library(_ name: String, _ dependencies: [String] = [], optimised: Bool = false) -> Module {
    Module(kind: .library, name: name, dependencies: dependencies, optimised: optimised)
  }
  static func program(
    _ name: String, _ dependencies: [String], optimised: Bool = false, exclude: [String] = []
  ) -> Module {
    Module(
      kind: .program, name: name, dependencies: dependencies, optimised: optimised, exclude: exclude
    )
  }
  static func chapter(_ name: String, _ dependencies: [String] = []) -> Module {
    Module(kind: .chapter, name: "chapter-\(name)", dependencies: ["ChapterSupport"] + dependencies)
  }
  /// The tests of a module.
  static func tests(_ name: String, _ dependencies: [String] = [], optimised: Bool = false) -> Module {
    .tests(name, of: [name] + dependencies, optimised: optimised)
  }
  static func tests(_ name: String, of dependencies: [String], optimised: Bool = false) -> Module {
    Module(kind: .tests, name: "\(name)Tests", dependencies: [support.name] + dependencies, optimised: optimised)
  }
  /// What several suites of tests use: temporary folders, built programs as children, central differences.
  static let support = Module(kind: .support, name: "Support", dependencies: [])
}

/// All modules that `names` stand on, directly or not, sorted.
///
/// A target declares all of them, not the direct ones alone: its code contains the layout of their types, and a build
/// compiles it again only when a module changes that it declares. With the direct ones alone, a build kept old objects
/// and made programs that read memory by an old layout.
func closure(of names: [String], in modules: [Module]) -> [String] {
  let direct = modules.filter { names.contains($0.name) }
  let below = direct.isEmpty ? [] : closure(of: direct.flatMap(\.dependencies), in: modules)
  return Set(names + below).sorted()
}

/// A plain `swift run` is a debug build.
///
/// Every module is compiled as a whole. In a debug build the compiler otherwise starts several times for a module, and
/// each time it reads again what the module imports: that takes three times as long for a small one. Whole modules need
/// a number of threads, or the compiler writes one object where a debug build expects one a file.
///
/// What computes is optimised even in a debug build, and for the machine at hand. `squareRoot()` is C's: only where it
/// need not set `errno` is it one instruction. All modules have the same options for C, or the C headers of the library
/// were compiled once more.
///
/// The index for editors leaves out the toolchain's own modules: they took 3 s of a first build. What is optimised has
/// line numbers for the debugger and no variables, most of which are optimised away: that saves 10 s.
func settings(optimised: Bool) -> [SwiftSetting] {
  #if arch(x86_64)
    let machine = ["-Xcc", "-march=native"]
  #else
    let machine = ["-Xcc", "-mcpu=native"]
  #endif
  let wholeModule = ["-wmo", "-num-threads", "2", "-index-ignore-system-modules"]
  return [
    .unsafeFlags(
      wholeModule + machine + ["-Xcc", "-fno-math-errno"]
        + (optimised ? ["-O", "-Xfrontend", "-gline-tables-only"] : []))
  ]
}

func target(_ module: Module, in modules: [Module]) -> Target {
  let dependencies = closure(of: module.dependencies, in: modules).map {
    Target.Dependency.byName(name: $0)
  }
  let settings = settings(optimised: module.optimised)
  switch module.kind {
  case .headers: return .systemLibrary(name: module.name)
  case .library:
    return .target(name: module.name, dependencies: dependencies, swiftSettings: settings)
  case .support:
    return .target(name: module.name, dependencies: dependencies, path: "Tests/Support", swiftSettings: settings)
  case .tests: return .testTarget(name: module.name, dependencies: dependencies, swiftSettings: settings)
  case .program:
    return .executableTarget(
      name: module.name, dependencies: dependencies, path: "Sources/Programs/\(module.name)",
      exclude: module.exclude,
      swiftSettings: settings)
  case .chapter:
    let path = "chapters/" + module.name.dropFirst("chapter-".count)
    // Beside a chapter's program stand its exercises, its translations, and the pages that `swift run book` wrote.
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(Context.packageDirectory)/\(path)")) ?? []
    let page = files.sorted().filter { name in
      name == "exercises" || ["README.", "figures", "prose."].contains { name.hasPrefix($0) }
    }
    return .executableTarget(
      name: module.name, dependencies: dependencies, path: path, exclude: page,
      swiftSettings: settings + [.defaultIsolation(MainActor.self)])
  }
}

/// The modules of this build: all of them, or with `ONLY=Layers,Drawing` in the environment these, what they stand on,
/// and their tests. That makes work on one module quick: `ONLY=Layers swift test`.
func wanted(_ modules: [Module]) -> [Module] {
  guard let only = Context.environment["ONLY"], !only.isEmpty else { return modules }
  let names = only.split(separator: ",").map(String.init)
  let needed = closure(of: names + names.map { "\($0)Tests" }, in: modules)
  return modules.filter { needed.contains($0.name) }
}

let all = wanted(modules + chapters + [book] + suites)

let package = Package(
  name: "unrolled",
  platforms: [.macOS(.v15)],
  targets: all.map { target($0, in: all) },
  swiftLanguageModes: [.v6]
)
