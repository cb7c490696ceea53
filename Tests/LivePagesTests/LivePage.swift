import Foundation
import Support
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

  /// The page of a chapter.
  static func of(_ chapter: String) async throws -> LivePage { try LivePage(await ChapterRun.of(chapter)) }

  /// A second run of the chapter, with other numbers at its live places. A training is not done again.
  func moved(_ moves: String) async throws -> LivePage {
    let resumed = training.map { ["training": $0] } ?? [:]
    return try LivePage(
      await ChapterRun.another(
        chapter, ["--live", moves] + (resumed.isEmpty ? [] : ["--resume", "training"]), files: resumed))
  }

  private init(_ run: ChapterRun) throws {
    #expect(run.result.code == 0, "\(run.result.errors)")
    chapter = run.name
    text = run.text("page.html")
    training = run.files["training"]
    let file = try JSONDecoder().decode(File.self, from: #require(run.files["page.json"]))
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

/// Opens a page in the browser for some work.
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

/// Tests in a browser. Each waits for its chapter, not for the others; then it has the lane to itself.
@Suite(
  .enabled(if: Browser.program != nil, "there is no Chromium on this machine"), .lane(.browsers), .endingTheBrowser)
enum InBrowser {}
