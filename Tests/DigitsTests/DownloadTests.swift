import Foundation
import Support
import Synchronization
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@testable import Digits

/// One request, with the session's reports given by hand and a clock that stands.
@Suite(.lane(.waiting)) struct DownloadTests {
  typealias Outcome = Download.Outcome

  private static func refusal(_ expected: String) -> Outcome { .refused("expected \(expected)") }

  /// What stands in the file before, the answer, how many of those bytes stay where it is of use, and what follows when
  /// two bytes have come and the transfer ends. At most 100 bytes are wanted.
  static let answers: [(part: Int, status: Int, length: Int?, range: String?, kept: Int?, outcome: Outcome)] = [
    (0, 200, 2, nil, 0, .whole), (0, 200, 3, nil, 0, .brokenOff("2 of 3 bytes")), (0, 200, nil, nil, 0, .whole),
    (0, 200, 100, nil, 0, .brokenOff("2 of 100 bytes")),
    (0, 200, 101, nil, nil, refusal("at most 100 bytes, found 101")),
    // The whole in place of the rest starts the file anew.
    (5, 200, 2, nil, 0, .whole), (5, 200, 100, nil, 0, .brokenOff("2 of 100 bytes")),
    (5, 206, 2, "bytes 5-6/7", 5, .whole), (1, 206, 2, "bytes 1-2/3", 1, .whole),
    (5, 206, nil, "bytes 5-6/7", 5, .whole), (5, 206, 3, "bytes 5-7/8", 5, .brokenOff("7 of 8 bytes")),
    (1, 206, 99, "bytes 1-99/100", 1, .brokenOff("3 of 100 bytes")),
    (1, 206, 100, "bytes 1-100/101", nil, refusal("at most 100 bytes, found 100")),
    (5, 206, 2, "bytes 55-56/57", nil, .cannotResume), (5, 206, 2, "bytes 4-5/6", nil, .cannotResume),
    (5, 206, 2, nil, nil, .cannotResume), (1, 416, nil, nil, nil, .cannotResume),
    (0, 206, 2, "bytes 0-1/2", nil, refusal("status 200, found 206")),
    (0, 416, nil, nil, nil, refusal("status 200, found 416")),
    (5, 404, nil, nil, nil, refusal("status 200, found 404")),
    (0, 201, nil, nil, nil, refusal("status 200, found 201")),
  ]

  @Test func anAnswerIsOfUseOrNot() throws {
    try withTemporaryPath { folder in
      let allowed = Mutex([Bool](repeating: false, count: Self.answers.count))
      func part(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 + 10) } }
      let downloads = try Self.answers.map { try ReportedDownload(folder, part: part($0.part)) }
      let ends = try ReportedDownload.run(
        zip(downloads, Self.answers.enumerated()).map { download, answer in
          let (row, (_, status, length, range, kept, _)) = answer
          return (
            download, 10,
            [
              { download in
                let isAllowed = download.answer(status, length: length, range: range)
                allowed.withLock { $0[row] = isAllowed }
                guard kept != nil else { return }
                download.receive([7, 8])
                download.end()
              }
            ]
          )
        })
      expectEqual(ends.count, Self.answers.count)
      for (row, (answer, end)) in zip(Self.answers, ends).enumerated() {
        expect(end.outcome == answer.outcome && allowed.withLock { $0[row] } == (answer.kept != nil), "\(row)")
        let own = part(answer.part)
        try expectEqual(downloads[row].bytes, answer.kept.map { own.prefix($0) + [7, 8] } ?? own, "\(row)")
        let received = (answer.kept ?? 0) + 2
        expectEqual(end.shown.first, FetchProgress(file: "f", received: answer.part, total: nil))
        expect(
          end.shown.dropFirst()
            == (answer.outcome == .whole ? [FetchProgress(file: "f", received: received, total: received)] : []))
      }
    }
  }

  /// Between two rounds a transfer shows what has come, and the whole where the server says it.
  @Test func progressIsShown() throws {
    let cases: [(part: [UInt8], status: Int, length: Int?, range: String?, received: Int, total: Int?)] = [
      ([], 200, 0, nil, 2, 0), ([], 200, nil, nil, 2, nil), ([], 200, 9, nil, 2, 9),
      ([1], 206, 9, "bytes 1-9/10", 3, 10),
    ]
    try withTemporaryPath { folder in
      let ends = try ReportedDownload.run(
        cases.map { part, status, length, range, _, _ in
          (
            try ReportedDownload(folder, part: part), 10,
            [
              { download in
                download.answer(status, length: length, range: range)
                download.receive([7, 8])
              }
            ]
          )
        })
      for (row, end) in zip(cases, ends) {
        expectEqual(end.outcome, .cancelled)
        expectEqual(end.shown.last, FetchProgress(file: "f", received: row.received, total: row.total))
      }
    }
  }

  @Test func onlyHTTPAnswers() throws {
    try withTemporaryPath { folder in
      let end = try ReportedDownload(folder).end { download in
        let other = URLResponse(
          url: URL(filePath: "/f"), mimeType: nil, expectedContentLength: 2, textEncodingName: nil)
        expect(!download.answer(other))
      }
      expectEqual(end.outcome, .refused("expected an answer of HTTP, found another"))
    }
  }

  @Test func noByteIsWrittenBeyondTheLimit() throws {
    try withTemporaryPath { folder in
      let download = try ReportedDownload(folder, part: [1], maximumBytes: 4)
      let end = try download.end { download in
        expect(download.answer(206, range: "bytes 1-3/4"))
        for bytes in [[2, 3], [4], [5], [6]] as [[UInt8]] { download.receive(bytes) }
        download.end()
      }
      try expect(download.bytes == [1, 2, 3, 4] && end.outcome == .refused("expected at most 4 bytes, found more"))
    }
  }

  /// The first outcome counts, and nothing that is reported later is told how to go on.
  @Test func whatComesAfterTheOutcomeIsLeft() throws {
    try withTemporaryPath { folder in
      let download = try ReportedDownload(folder, part: [1, 2])
      let end = try download.end { download in
        download.end(NSError(domain: "test", code: 1, userInfo: [NSLocalizedDescriptionKey: "a reason"]))
        expect(!download.answer(200, length: 3) && !download.redirect())
        download.receive([9])
        download.end()
      }
      try expect(download.bytes == [1, 2] && end.outcome == .brokenOff("a reason"))
    }
  }

  @Test(arguments: [true, false]) func aFileThatCannotBeWrittenEndsTheTransfer(withAnswer: Bool) throws {
    try withTemporaryPath { folder in
      let end = try ReportedDownload(folder, part: [1], isReadOnly: true).end { download in
        if withAnswer { expect(!download.answer(200, length: 3)) } else { download.receive([9]) }
      }
      guard case .refused(let reason) = end.outcome else {
        Issue.record("not refused")
        return
      }
      expect(!reason.isEmpty && !reason.hasPrefix("expected"))
    }
  }

  @Test func eightRedirectsAreFollowed() throws {
    try withTemporaryPath { folder in
      let end = try ReportedDownload(folder).end { download in
        for number in 1...8 { expect(download.redirect(), "\(number)") }
        expect(!download.redirect())
      }
      expectEqual(end.outcome, .refused("more than 8 redirects"))
      let other = try ReportedDownload(folder).end { download in
        expect(download.redirect(from: "https://a/", to: "https://b/") && !download.redirect(from: "https://b/"))
      }
      expectEqual(other.outcome, .refused("expected a redirect to https, found http"))
    }
    expectEqual(
      Download.refusal(ofRedirectFrom: URL(string: "https://a/"), to: nil), "expected a redirect to https, found none")
    expectEqual(
      Download.refusal(ofRedirectFrom: nil, to: URL(string: "http://a/")), "expected a redirect to https, found http")
  }

  // MARK: Times

  typealias Step = ReportedDownload.Step
  private static func wait(_ seconds: Double) -> Step { { $0.clock.advance(seconds) } }
  private static func come(_ count: Int, _ seconds: Double) -> Step {
    { download in
      download.receive([UInt8](repeating: 1, count: count))
      download.clock.advance(seconds)
    }
  }
  private static func answer(_ seconds: Double) -> Step {
    { download in
      download.answer(206, range: "bytes 3-")
      download.clock.advance(seconds)
    }
  }
  private static func redirect(_ seconds: Double) -> Step {
    { download in
      download.redirect()
      download.clock.advance(seconds)
    }
  }

  /// Three bytes stand in the file before.
  static let scripts: [(name: String, timeout: Double, steps: [Step], outcome: Outcome)] = [
    ("nothing", 8, [], .cancelled),
    ("a part of a second", 7.2, [wait(7), wait(1)], .brokenOff("silent for 8 s")),
    (
      "each sign counts", 8, [wait(5), answer(5), come(3000, 5), redirect(5), wait(3), wait(1)],
      .brokenOff("silent for 8 s")
    ),
    (
      "too slow at first", 10, [wait(4), answer(5), come(2559, 5), come(0, 1)],
      .refused("expected at least 256 bytes a second, found 2559 in 10 s")
    ),
    (
      "too slow later", 9.5, [wait(4), answer(5), come(2432, 4.5), come(0, 1), come(2431, 9.5), come(0, 1)],
      .refused("expected at least 256 bytes a second, found 2431 in 10 s")
    ),
    ("silence before the answer", 10, [wait(9), redirect(2)], .cancelled),
    (
      "too long", 4000, [wait(3600), wait(1)], .refused("expected the file within 3600 s, found 3 bytes of it")
    ),
  ]

  @Test func timesAreMeasured() throws {
    try withTemporaryPath { folder in
      let ends = try ReportedDownload.run(
        Self.scripts.map { script in
          let download = try ReportedDownload(folder, part: [1, 2, 3], maximumBytes: 10_000)
          return (download, script.timeout, script.steps)
        })
      expectEqual(ends.count, Self.scripts.count)
      for (script, end) in zip(Self.scripts, ends) {
        expect(end.outcome == script.outcome && end.steps == script.steps.count, "\(script.name)")
      }
    }
  }
}
