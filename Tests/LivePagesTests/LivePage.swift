import Foundation
import Support
import Testing

/// A chapter's page with a live place, and what its run computed.
struct LivePage: Sendable {
  static let chapters = ["rosetta", "gru", "mnist", "simple-rnn", "language-model", "lstm", "gradients"]

  let chapter: String
  /// The page as HTML.
  var text: String
  /// Whether a reader makes a sequence there.
  let isSequence: Bool
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
    expectEqual(run.result.code, 0, "\(run.result.errors)")
    chapter = run.name
    text = run.text("page.html")
    isSequence = text.holds("\"sequence\"")
    training = run.files["training"]
    let file = try JSONDecoder().decode(File.self, from: #require(run.files["page.json"]))
    places = file.items.filter { $0.kind == "live" }.map { Outcome(values: $0.values ?? []) }
  }

  /// The same page without what makes it live: controls, marks, data, script and their style.
  var textWithoutLive: String {
    let parts = text.removing(
      from: #"<div class="controls"#, through: "<p class=\"spoken\" aria-live=\"polite\"></p>\n</div>"
    )
    .replacing(from: #"<span data-unit="">"#, through: "</span>") { $0 }
    .removing(from: #"<meta http-equiv="Content-Security-Policy""#, through: "</style>\n")
    let marks = ["live", "grid", "xs", "scale"]
    return marks.reduce(parts) { $0.removing(from: " data-\($1)=\"", through: "\"") }
      .removing(from: #"<script type="application/json" id="live-data">"#, through: "</script>\n")
      .removing(from: "<script>", through: "</script>")
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
