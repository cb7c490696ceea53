// swift-tools-version: 6.2
import Foundation
import PackageDescription

// A plain `swift run` is a debug build. The libraries do arithmetic, so they are optimised even there, as whole modules
// (one thread count makes the compiler write one object a file, which a debug build expects) and for this machine.
#if arch(x86_64)
  let target = ["-Xcc", "-march=native"]
#else
  let target = ["-Xcc", "-mcpu=native"]
#endif
// `squareRoot()` is C's: only where it need not set `errno` is it an instruction that vectorises.
let machine = target + ["-Xcc", "-fno-math-errno"]
let optimised: [SwiftSetting] = [.unsafeFlags(["-O", "-wmo", "-num-threads", "2"] + machine)]

// A target depends on all that its dependencies depend on, by name. It uses their types, whose layout its code contains; a build
// compiles it again only when a module changes that it names.
var below: [String: [String]] = [:]
@MainActor func all(_ dependencies: [String]) -> [Target.Dependency] {
  let names = dependencies + dependencies.flatMap { below[$0] ?? [] }
  return Set(names).sorted().map { .byName(name: $0) }
}

@MainActor func library(_ name: String, _ dependencies: [String] = []) -> Target {
  below[name] = dependencies + dependencies.flatMap { below[$0] ?? [] }
  return .target(name: name, dependencies: all(dependencies), swiftSettings: optimised)
}

@MainActor func program(_ name: String, _ dependencies: [String], exclude: [String] = []) -> Target {
  .executableTarget(name: name, dependencies: all(dependencies), path: "Sources/Programs/\(name)", exclude: exclude)
}

// Beside a chapter's program stands the page that `swift run book` wrote, once it has.
@MainActor func chapter(_ name: String, _ dependencies: [String] = []) -> Target {
  let path = "chapters/\(name)"
  let page = ["README.md", "figures"].filter {
    FileManager.default.fileExists(atPath: "\(Context.packageDirectory)/\(path)/\($0)")
  }
  return .executableTarget(
    name: "chapter-\(name)", dependencies: all(["Lessons"] + dependencies), path: path, exclude: page,
    swiftSettings: [.defaultIsolation(MainActor.self)])
}

@MainActor func tests(_ name: String, _ dependencies: [String] = []) -> Target {
  .testTarget(name: "\(name)Tests", dependencies: all([name] + dependencies))
}

let chapters = [
  "time-distributed", "simple-rnn", "two-layer-rnn", "lstm", "gru", "basic-lstm-cell", "mnist", "rosetta",
]
// Beside `Lessons`; the others are built without them.
let furtherDependencies: [String: [String]] = ["mnist": ["DigitClassifier"], "rosetta": ["FrameworkRuns"]]

// Arrows run one way: a target names only targets above it in this list.
let package = Package(
  name: "unrolled",
  platforms: [.macOS(.v15)],
  targets: [
    // Arithmetic and networks.
    .systemLibrary(name: "CMachine"),
    library("Kernels", ["CMachine"]),
    .executableTarget(
      name: "elementary-functions", dependencies: ["Kernels"], path: "Sources/Programs/elementary-functions",
      swiftSettings: optimised),
    library("Tensors", ["Kernels"]),
    library("Layers", ["Tensors"]),
    library("Training", ["Layers"]),
    library("Article", ["Training"]),

    // Programs' common ground.
    library("Options"),
    library("Files"),

    // Golden numbers: those that sources printed, and the cases of frameworks.
    library("Documents", ["Tensors"]),
    library("Golden", ["Training", "Documents", "Files"]),
    program("conformance", ["Golden", "Options"]),
    program("benchmark", ["Training", "Options"], exclude: ["peer.py"]),

    // Notebooks; they know nothing of networks.
    library("Formulas", ["Options"]),
    library("Drawing", ["Options", "Formulas"]),
    library("Notebook", ["Options", "Files", "Formulas", "Drawing"]),

    // Where notebooks and networks meet.
    library("Lessons", ["Notebook", "Documents", "Article"]),
    library("FrameworkRuns", ["Lessons", "Golden"]),

    // Data.
    .systemLibrary(name: "CZlib"),
    library("Digits", ["CZlib"]),
    library("Safetensors", ["Files"]),

    // Handwritten digits, read row by row; a record of when what ran.
    library("Timeline"),
    library("DigitClassifier", ["Training", "Digits", "Safetensors", "Timeline"]),

    // Weights from one framework to another.
    library("Conversion", ["Layers", "Safetensors", "Golden", "Files"]),
    program("convert-weights", ["Conversion", "Options"]),

    // The book runs the chapters, so it is built after them.
    program("book", ["Notebook", "Options", "Digits"] + chapters.map { "chapter-\($0)" }),

    // Tests.
    tests("Kernels"), tests("Tensors"), tests("Layers"), tests("Training"), tests("Article", ["Documents"]),
    tests("Options"), tests("Files"), tests("Documents"), tests("Golden"),
    tests("Conversion"), tests("Formulas"), tests("Drawing"), tests("Notebook"), tests("Digits"), tests("Safetensors"),
    tests("Timeline"), tests("DigitClassifier"), tests("Lessons"), tests("FrameworkRuns"),
  ] + chapters.map { chapter($0, furtherDependencies[$0] ?? []) },
  swiftLanguageModes: [.v6]
)
