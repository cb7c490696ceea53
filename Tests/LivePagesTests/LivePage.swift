import Foundation
import Support
import Synchronization
import Testing

/// A chapter's page with a live place, and what its run computed.
struct LivePage: Sendable {
  static let chapters = ["lstm", "gru", "simple-rnn", "mnist", "gradients", "language-model", "rosetta"]

  let chapter: String
  /// The page as HTML.
  var text: String
  /// What each place gives, under the numbers of `--live` where there were some.
  let places: [Outcome]
  /// A training that a second run goes on from.
  private let training: Data?

  struct Outcome: Decodable { var values: [Value] }
  struct Value: Decodable {
    var text: String
    var values: [Double]
  }
  private struct File: Decodable { var items: [Item] }
  private struct Item: Decodable {
    var kind: String
    var values: [Value]?

    enum CodingKeys: CodingKey { case kind, values }
    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      kind = try container.decode(String.self, forKey: .kind)
      values = kind == "live" ? try container.decode([Value].self, forKey: .values) : nil
    }
  }

  /// The arguments with which a chapter trains for a short time.
  private static let short = [
    "mnist": ["--data", "generated", "--pictures", "300", "--epochs", "1"], "gradients": ["--quick"],
    "language-model": ["--quick"],
  ]

  private static let pages = Mutex<[String: LivePage]>([:])

  /// The page of a chapter, which is run once for all tests.
  static func of(_ chapter: String) throws -> LivePage {
    try pages.withLock { pages in
      if let page = pages[chapter] { return page }
      let page = try LivePage(chapter, keepingTraining: chapter == "language-model")
      pages[chapter] = page
      return page
    }
  }

  /// A second run of the chapter, with other numbers at its live places. A training is not done again.
  func moved(_ moves: String) throws -> LivePage {
    try LivePage(chapter, ["--live", moves], resuming: training)
  }

  private init(
    _ chapter: String, _ arguments: [String] = [], keepingTraining: Bool = false, resuming training: Data? = nil
  ) throws {
    let (text, file, data) = try withTemporaryFolder { folder in
      let (html, json) = (folder.appending(path: "page.html"), folder.appending(path: "page.json"))
      let (before, after) = (folder.appending(path: "before"), folder.appending(path: "after"))
      try training?.write(to: before)
      let run = try runBuilt(
        "chapter-\(chapter)",
        Self.short[chapter, default: []] + arguments + ["--html", html.path, "--json", json.path]
          + (training == nil ? [] : ["--resume", before.path]) + (keepingTraining ? ["--save", after.path] : []))
      #expect(run.code == 0, "\(run.errors)")
      return (
        try String(contentsOf: html, encoding: .utf8),
        try JSONDecoder().decode(File.self, from: Data(contentsOf: json)),
        keepingTraining ? try Data(contentsOf: after) : training
      )
    }
    self.chapter = chapter
    self.text = text
    self.training = data
    places = file.items.filter { $0.kind == "live" }.map { Outcome(values: $0.values ?? []) }
  }

  /// The same page without what makes it live: controls, marks, data, script and their style.
  var textWithoutLive: String {
    text
      .replacing(
        #/<div class="controls[^"]*" hidden>.*?<p class="spoken" aria-live="polite"></p>\n</div>/#.dotMatchesNewlines(),
        with: ""
      )
      .replacing(#/<span data-unit="">(\d+)</span>/#) { $0.output.1 }
      .replacing(#/ data-(live|grid|xs|scale)="[^"]*"/#, with: "")
      .replacing(
        #/<meta http-equiv="Content-Security-Policy"[^>]*>\n<style>.*?</style>\n/#.dotMatchesNewlines(), with: ""
      )
      .replacing(#/<script type="application/json" id="live-data">.*</script>/#.dotMatchesNewlines(), with: "")
  }
}

/// Opens a page in a browser for some work.
func withBrowser<Result>(
  opening page: LivePage, width: Int = 1280, isDark: Bool = false, _ work: (Browser) throws -> Result
) throws -> Result {
  try withTemporaryFolder { folder in
    try withBrowser(width: width, isDark: isDark) { browser in
      let file = folder.appending(path: "page.html")
      try page.text.write(to: file, atomically: true, encoding: .utf8)
      try browser.open(file)
      return try work(browser)
    }
  }
}

/// Tests in a browser, one after the other.
@Suite(.enabled(if: Browser.program != nil, "there is no Chromium on this machine"), .serialized, .lane(.browsers))
enum InBrowser {}
