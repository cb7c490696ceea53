import Options
import TextLayout

@testable import Notebook

/// The page of a chapter of one name and no options, on a terminal of 80 columns.
@MainActor func demoPage(_ name: String = "demo", file: String = #filePath, arguments: [String] = []) throws
  -> Notebook
{
  try Notebook(
    Log(name: name, number: 1, title: "Demo", summary: "", language: "en", symbols: []), parameters: [], file: file,
    arguments: arguments, terminal: Terminal(columns: 80, hasColour: false, isInteractive: false)
  ) { _ in }
}
