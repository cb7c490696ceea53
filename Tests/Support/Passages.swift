import Foundation

/// Pieces of a long text, as a page of a chapter, found by what they begin and end with.
///
/// A regular expression takes half a second for such a page, C's search a millisecond. No text may hold a zero byte.
extension String {
  /// Whether the text holds another one, byte by byte.
  public func holds(_ part: String) -> Bool { withCString { strstr($0, part) != nil } }

  /// The text without each piece from `start` through the next `end`; a piece that does not end stays.
  public func removing(from start: String, through end: String) -> String {
    replacing(from: start, through: end) { _ in "" }
  }

  /// The text with another one in the place of each piece from `start` through the next `end`.
  ///
  /// - Parameter change: gets what stands between `start` and `end`.
  public func replacing(from start: String, through end: String, with change: (String) -> String) -> String {
    func text(_ begin: UnsafePointer<CChar>, _ end: UnsafePointer<CChar>) -> String {
      String(decoding: UnsafeRawBufferPointer(start: begin, count: end - begin), as: UTF8.self)
    }
    return withCString { whole in
      var (result, rest) = ("", whole)
      while let begin = strstr(rest, start), let last = strstr(begin + start.utf8.count, end) {
        result += text(rest, begin) + change(text(begin + start.utf8.count, last))
        rest = UnsafePointer(last + end.utf8.count)
      }
      return result + String(cString: rest)
    }
  }
}
